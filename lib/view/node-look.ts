/** A node's mark: eight shapes and colours by first sight in the pool; from the ninth on, outlined. */

export const nodeShapes = [
  "circle",
  "square",
  "triangle",
  "diamond",
  "hexagon",
  "down-triangle",
  "plus",
  "star",
] as const;
export type NodeShape = (typeof nodeShapes)[number];

/** Each shape as an SVG path in a box of 12 by 12, for marks, timelines and canvases. */
export const nodeShapePaths: Record<NodeShape, string> = {
  circle: "M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1Z",
  square: "M1.5 1.5h9v9h-9Z",
  triangle: "M6 1l5.4 9.6H.6Z",
  diamond: "M6 .5 11.5 6 6 11.5.5 6Z",
  hexagon: "M3.2 1.2h5.6L11.6 6l-2.8 4.8H3.2L.4 6Z",
  "down-triangle": "M6 11 .6 1.4h10.8Z",
  plus: "M4.2.8h3.6v3.4h3.4v3.6H7.8v3.4H4.2V7.8H.8V4.2h3.4Z",
  star: "M6 0l1.7 4.3L12 6 7.7 7.7 6 12 4.3 7.7 0 6l4.3-1.7Z",
};

export interface NodeLook {
  shape: NodeShape;
  /** A CSS colour. */
  colour: string;
  outlined: boolean;
}

/** @param ordinal by first sight in the pool, from 0; null for a node not yet known. */
export function nodeLook(ordinal: number | null | undefined): NodeLook {
  if (ordinal == null || ordinal < 0)
    return { shape: "circle", colour: "var(--ghost)", outlined: true };
  const index = ordinal % nodeShapes.length;
  return {
    shape: nodeShapes[index] ?? "circle",
    colour: `var(--n${index + 1})`,
    outlined: ordinal >= nodeShapes.length,
  };
}

/** `web-05` as `05`; an address by its last number; a name without one by its place in the pool. */
export function shortNodeName(name: string, ordinal: number | null | undefined): string {
  const digits = /(\d{1,3})$/.exec(name.replace(/:\d+$/, ""))?.[1];
  if (digits) return digits.padStart(2, "0");
  return ordinal == null ? name.slice(0, 2) : String(ordinal + 1).padStart(2, "0");
}

/** Short names for a pool; where two nodes would share one, both go by their place in the pool. */
export function shortNodeNames(nodes: { name: string; ordinal: number }[]): Map<string, string> {
  const taken = new Map<string, number>();
  for (const node of nodes) {
    const short = shortNodeName(node.name, node.ordinal);
    taken.set(short, (taken.get(short) ?? 0) + 1);
  }
  const clash = [...taken.values()].some((count) => count > 1);
  return new Map(
    nodes.map((node) => [
      node.name,
      clash ? String(node.ordinal + 1).padStart(2, "0") : shortNodeName(node.name, node.ordinal),
    ]),
  );
}

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

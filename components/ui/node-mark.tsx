import { nodeLook, nodeShapePaths } from "@/lib/view/node-look";
import { LongName } from "./long-name";

/** A node's shape in its colour, by first sight in the pool; null where the node is not known. */
export function NodeMark({ ordinal, size = 12 }: { ordinal: number | null; size?: number }) {
  const look = nodeLook(ordinal);
  return (
    <svg width={size} height={size} viewBox="0 0 12 12" aria-hidden="true">
      <path
        d={nodeShapePaths[look.shape]}
        fill={look.outlined ? "none" : look.colour}
        stroke={look.colour}
        strokeWidth={look.outlined ? 1.6 : 0}
        transform={look.outlined ? "translate(1 1) scale(.83)" : undefined}
      />
    </svg>
  );
}

/** The mark with the node's name. */
export function NodeName({ name, ordinal }: { name: string; ordinal: number | null }) {
  return (
    <span className="node">
      <NodeMark ordinal={ordinal} />
      <LongName name={name} />
    </span>
  );
}

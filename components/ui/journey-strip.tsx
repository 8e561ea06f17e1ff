"use client";

import type { KnownNodes } from "@/lib/browser/node-ordinals";
import type { SessionRow } from "@/lib/schemas/results";
import { journeySegments } from "@/lib/view/journey";
import { nodeLook } from "@/lib/view/node-look";

/** A session's way over the nodes, laid over the range; the number shows where there is room. */
export function JourneyStrip({
  session,
  from,
  to,
  known,
}: {
  session: Pick<SessionRow, "journey" | "pool">;
  from: number;
  to: number;
  known: KnownNodes;
}) {
  const segments = journeySegments(session.journey, from, to);
  const words = segments.map((segment) => segment.node).join(", then ");
  return (
    <span className="journey" role="img" aria-label={words || "no requests in this range"}>
      {segments.map((segment, index) => (
        <i
          // biome-ignore lint/suspicious/noArrayIndexKey: stays have no identity but their order
          key={index}
          title={segment.node}
          style={{
            left: `${segment.start * 100}%`,
            width: `max(3px, ${segment.width * 100}%)`,
            color: nodeLook(known.ordinalOf(segment.node, session.pool)).colour,
          }}
        >
          <b>{known.shortOf(segment.node)}</b>
        </i>
      ))}
    </span>
  );
}

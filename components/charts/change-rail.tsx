"use client";

import { Fragment, useMemo } from "react";
import Link from "@/components/ui/link";
import { useCarriedHref } from "@/lib/browser/page-state";
import { useZone } from "@/lib/browser/zone";
import type { ChangeMark as Change } from "@/lib/schemas/results";
import { changeLabel } from "@/lib/view/change-words";
import { gatherChanges, layChanges } from "@/lib/view/overview-changes";
import { formatClock } from "@/lib/view/times";
import { ChangeMark, changeColour, changeWord } from "../ui/change-mark";

const letterWidth = 6.3;
/** Where each row of labels begins above the plot, and where glyphs without a label stand. */
const rowTops = [-46, -30] as const;
const glyphTop = -14;
/** What glyph and gap take of a label's room. */
const glyphRoom = 16;

/** Dated marks over a plot: a glyph with time and words, and a dotted line down into it. Each opens its two sides. */
export function ChangeRail({
  changes,
  from,
  to,
  stepMs = 0,
  width,
  kept = 0,
}: {
  changes: Change[];
  from: number;
  to: number;
  stepMs?: number;
  width: number;
  /** Px at the right end of the lower row where something else stands. */
  kept?: number;
}) {
  const { zone } = useZone();
  const href = useCarriedHref();
  const laid = useMemo(
    () =>
      layChanges(
        gatherChanges(changes, Math.max(30_000, stepMs)),
        { from, to },
        width,
        (change) => 20 + (changeLabel(change).length + 6) * letterWidth,
        kept,
      ),
    [changes, from, to, stepMs, width, kept],
  );
  if (width === 0) return null;
  return laid.map(({ change, reports, x, row, flipped, room }) => (
    <Fragment key={change.id}>
      {row !== null && (
        <i
          className="change-line"
          style={{ left: `${x * 100}%`, top: rowTops[row] + 16, color: changeColour(change.kind) }}
        />
      )}
      <Link
        href={href("/compare", {
          change: change.id,
          ...(change.pool === null ? {} : { pool: change.pool }),
        })}
        aria-label={`${formatClock(change.at, zone, "minute")} ${changeLabel(change)}: before and after`}
        className={`change-mark ${flipped ? "flipped" : ""}`}
        style={{
          left: `${x * 100}%`,
          top: row === null ? glyphTop : rowTops[row],
          color: changeColour(change.kind),
        }}
        title={`${formatClock(change.at, zone)} ${changeWord(change.kind)}: ${change.title}${reports > 1 ? ` (${reports} reports)` : ""}`}
      >
        <ChangeMark kind={change.kind} size={row === null ? 9 : 12} />
        {row !== null && (
          <span
            className={room === null ? undefined : "truncate"}
            style={room === null ? undefined : { maxWidth: room - glyphRoom }}
          >
            {formatClock(change.at, zone, "minute")} {changeLabel(change)}
          </span>
        )}
      </Link>
    </Fragment>
  ));
}

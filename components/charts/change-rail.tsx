"use client";

import { Fragment, useMemo } from "react";
import { useZone } from "@/lib/browser/zone";
import type { ChangeMark as Change } from "@/lib/schemas/results";
import { layChanges } from "@/lib/view/overview-changes";
import { formatClock } from "@/lib/view/times";
import { ChangeMark, changeColour, changeWord } from "../ui/change-mark";

const letterWidth = 6.1;

function titleOf(change: Change): string {
  return change.title.length > 34 ? `${change.title.slice(0, 33)}…` : change.title;
}

/** Dated marks over a plot: a glyph with time and title, and a dotted line down into it. */
export function ChangeRail({
  changes,
  from,
  to,
  width,
}: {
  changes: Change[];
  from: number;
  to: number;
  width: number;
}) {
  const { zone } = useZone();
  const laid = useMemo(
    () =>
      layChanges(
        changes,
        { from, to },
        width,
        (change) => 22 + (titleOf(change).length + 6) * letterWidth,
      ),
    [changes, from, to, width],
  );
  if (width === 0) return null;
  return laid.map(({ change, x, row, flipped }) => (
    <Fragment key={change.id}>
      <i
        className="change-line"
        style={{ left: `${x * 100}%`, color: changeColour(change.kind) }}
      />
      <span
        className={`change-mark ${flipped ? "flipped" : ""}`}
        style={{
          left: `${x * 100}%`,
          top: row === 1 ? -17 : -33,
          color: changeColour(change.kind),
        }}
        title={`${formatClock(change.at, zone)} ${changeWord(change.kind)}: ${change.title}`}
      >
        <ChangeMark kind={change.kind} />
        {row !== null && (
          <span>
            {formatClock(change.at, zone, "minute")} {titleOf(change)}
          </span>
        )}
      </span>
    </Fragment>
  ));
}

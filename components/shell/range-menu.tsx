"use client";

import { type FormEvent, useState } from "react";
import { useNow } from "@/lib/browser/clock";
import { useRange } from "@/lib/browser/page-state";
import { useShortcut } from "@/lib/browser/shortcuts";
import { useZone } from "@/lib/browser/zone";
import { entryOf, readEntry } from "@/lib/view/range-entry";
import {
  nameRange,
  rangePresets,
  resolveRange,
  shiftRange,
  widenRange,
} from "@/lib/view/time-range";
import { formatRange, zoneName } from "@/lib/view/times";
import { Button, IconButton } from "../ui/button";
import { TextField } from "../ui/field";
import { Icon } from "../ui/icon";
import { Popover, PopRow } from "../ui/popover";

const triggerId = "range-menu";

/** The range: presets, or both ends as words (`now-90m`) or times. */
export function RangeMenu() {
  const { range, resolved, invalid, setRange } = useRange();
  const { zone } = useZone();
  const now = useNow();
  useShortcut("t", "Choose the time range", () => document.getElementById(triggerId)?.click());
  const name = nameRange(range);
  const ends = formatRange(resolved.from, resolved.to, zone, now);
  return (
    <Popover
      id={triggerId}
      trigger={
        <>
          <Icon name={invalid ? "warning" : "clock"} />
          {invalid && <span className="text-warn">Not understood, shown:</span>}
          {name ? (
            <>
              <b>{name}</b>
              <span className="hide-s text-fg-2" suppressHydrationWarning>
                {ends}
              </span>
            </>
          ) : (
            <b suppressHydrationWarning>{ends}</b>
          )}
          <Icon name="chevron-down" />
        </>
      }
    >
      {(close) => (
        <div className="range-sheet">
          <RangeForm close={close} />
          <div>
            {rangePresets.map((preset) => (
              <PopRow
                key={preset.from}
                current={range.to === "now" && range.from === preset.from}
                onChoose={() => {
                  setRange({ from: preset.from, to: "now" });
                  close();
                }}
              >
                {preset.label}
              </PopRow>
            ))}
          </div>
        </div>
      )}
    </Popover>
  );
}

function RangeForm({ close }: { close: () => void }) {
  const { range, setRange } = useRange();
  const { zone } = useZone();
  const [openedAt] = useState(useNow());
  const [from, setFrom] = useState(entryOf(range.from, zone, openedAt));
  const [to, setTo] = useState(entryOf(range.to, zone, openedAt));
  const [tried, setTried] = useState(false);
  const first = readEntry(from, zone, openedAt);
  const last = readEntry(to, zone, openedAt);
  const wrongWay =
    first !== null && last !== null && resolveRange({ from: first, to: last }, openedAt) === null;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (first === null || last === null || wrongWay) return;
    setRange({ from: first, to: last });
    close();
  };
  const unread = "Not a time. Try now-1h, 02:55 or 2026-11-21 02:55.";
  return (
    <form className="flex flex-col gap-3" onSubmit={onSubmit}>
      <TextField
        label="From"
        value={from}
        onChange={(event) => setFrom(event.target.value)}
        error={tried && first === null ? unread : null}
        autoComplete="off"
      />
      <TextField
        label="To"
        value={to}
        onChange={(event) => setTo(event.target.value)}
        error={
          tried && last === null
            ? unread
            : tried && wrongWay
              ? "The range must end after it starts."
              : null
        }
        autoComplete="off"
      />
      <p className="text-12 text-fg-3">Times are in {zoneName(openedAt, zone)}.</p>
      <Button type="submit" look="primary">
        Apply
      </Button>
    </form>
  );
}

/** One range back, one on, twice as wide. */
export function RangeShift() {
  const { range, follows, setRange } = useRange();
  const now = useNow();
  const widen = () => setRange(widenRange(range, Date.now()));
  useShortcut("-", "Show twice the time", widen);
  return (
    <span className="range-shift seg hide-s">
      <IconButton
        icon="chevron-left"
        label="The range before"
        onClick={() => setRange(shiftRange(range, -1, now))}
      />
      <IconButton
        icon="chevron-right"
        label="The range after"
        disabled={follows}
        onClick={() => setRange(shiftRange(range, 1, now))}
      />
      <IconButton icon="zoom-out" label="Twice the time" onClick={widen} />
    </span>
  );
}

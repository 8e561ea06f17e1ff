"use client";

import { useQuery } from "@tanstack/react-query";
import { useQueryStates } from "nuqs";
import { type FormEvent, useState } from "react";
import { useNow } from "@/lib/browser/clock";
import { poolsOptions } from "@/lib/browser/queries/pools";
import { useShortcut } from "@/lib/browser/shortcuts";
import { useZone } from "@/lib/browser/zone";
import type { Comparison, Side } from "@/lib/schemas/compare";
import { windowPresets } from "@/lib/view/compare-windows";
import { entryOf, readEntry } from "@/lib/view/range-entry";
import { pinRange, resolveRange } from "@/lib/view/time-range";
import { zoneName } from "@/lib/view/times";
import { Button } from "../ui/button";
import { Select, TextField } from "../ui/field";
import { Icon } from "../ui/icon";
import { Popover, PopRow } from "../ui/popover";
import { compareParams, noWindows } from "./compare-params";

const triggerId = "windows-menu";

/** Which windows are compared: the range and the period before it, a usual pair, or any two, of one pool or two. */
export function WindowsMenu({ told }: { told: Comparison | null }) {
  const [url, setUrl] = useQueryStates(compareParams, { history: "push" });
  useShortcut("t", "Choose what is compared", () => document.getElementById(triggerId)?.click());
  const free = url.before !== null && url.after !== null && url.change === null;
  const moment = url.change === null && !free && url.at !== null;
  const preset = free
    ? windowPresets.find(({ before, after }) => before === url.before && after === url.after)
    : undefined;
  const pools = url.beforePool !== url.afterPool;
  const name = url.change
    ? "Sides of a change"
    : pools
      ? "Two pools"
      : free
        ? (preset?.label ?? "Two windows")
        : moment
          ? "Sides of a moment"
          : "Range and the period before";
  return (
    <Popover
      id={triggerId}
      trigger={
        <>
          <Icon name="compare" />
          <b>{name}</b>
          <Icon name="chevron-down" />
        </>
      }
    >
      {(close) => (
        <div className="cp-sheet">
          <PopRow
            current={url.change === null && !free && !moment}
            onChoose={() => {
              void setUrl(noWindows);
              close();
            }}
          >
            Range and the period before
          </PopRow>
          {windowPresets.map(({ label, before, after }) => (
            <PopRow
              key={label}
              current={label === preset?.label && !pools}
              onChoose={() => {
                void setUrl({ ...noWindows, before, after });
                close();
              }}
            >
              {label}
            </PopRow>
          ))}
          <WindowsForm told={told} close={close} />
        </div>
      )}
    </Popover>
  );
}

interface SideEntry {
  pool: string;
  from: string;
  to: string;
}

function WindowsForm({ told, close }: { told: Comparison | null; close: () => void }) {
  const [, setUrl] = useQueryStates({ ...compareParams }, { history: "push" });
  const { data } = useQuery(poolsOptions());
  const { zone } = useZone();
  const [openedAt] = useState(useNow());
  const start = (side: Side | undefined): SideEntry => ({
    pool: side?.pool ?? "",
    from: side ? entryOf(side.from, zone, openedAt) : "",
    to: side ? entryOf(side.to, zone, openedAt) : "",
  });
  const [first, setFirst] = useState(start(told?.before));
  const [second, setSecond] = useState(start(told?.after));
  const [tried, setTried] = useState(false);
  const windowOf = (entry: SideEntry): string | null => {
    const from = readEntry(entry.from, zone, openedAt);
    const to = readEntry(entry.to, zone, openedAt);
    if (from === null || to === null || !resolveRange({ from, to }, openedAt)) return null;
    const pinned = pinRange({ from, to }, openedAt);
    return `${pinned.from}/${pinned.to}`;
  };
  const before = windowOf(first);
  const after = windowOf(second);
  const wrong = "Not a window. Try 2026-11-21 02:00, 02:30 or now-1h, the earlier first.";
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (before === null || after === null) return;
    void setUrl({
      ...noWindows,
      before,
      after,
      beforePool: first.pool || null,
      afterPool: second.pool || null,
    });
    close();
  };
  const pools = [
    { value: "", label: "as chosen above" },
    ...(data?.items ?? []).map(({ name }) => ({ value: name, label: name })),
  ];
  const side = (
    name: string,
    entry: SideEntry,
    change: (entry: SideEntry) => void,
    window: string | null,
  ) => (
    <>
      <Select
        label={`${name}, pool`}
        value={entry.pool}
        options={pools}
        onChange={(event) => change({ ...entry, pool: event.target.value })}
      />
      <TextField
        label={`${name}, from`}
        value={entry.from}
        error={tried && window === null ? wrong : null}
        autoComplete="off"
        onChange={(event) => change({ ...entry, from: event.target.value })}
      />
      <TextField
        label={`${name}, to`}
        value={entry.to}
        autoComplete="off"
        onChange={(event) => change({ ...entry, to: event.target.value })}
      />
    </>
  );
  return (
    <form className="cp-form" onSubmit={onSubmit}>
      <div className="cp-pair">
        <div className="flex flex-col gap-2">{side("Before", first, setFirst, before)}</div>
        <div className="flex flex-col gap-2">{side("After", second, setSecond, after)}</div>
      </div>
      <p className="text-12 text-fg-3">
        Times are in {zoneName(openedAt, zone)}. Two pools over one window show an experiment.
      </p>
      <Button type="submit" look="primary">
        Compare these
      </Button>
    </form>
  );
}

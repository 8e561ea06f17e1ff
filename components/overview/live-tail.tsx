"use client";

import { parseAsStringLiteral, useQueryState } from "nuqs";
import { useEffect, useRef, useState } from "react";
import Link from "@/components/ui/link";
import { useNow } from "@/lib/browser/clock";
import { useLive } from "@/lib/browser/live";
import { useKnownNodes } from "@/lib/browser/node-ordinals";
import { useCarriedHref, usePool } from "@/lib/browser/page-state";
import type { StreamEvent } from "@/lib/schemas/stream";
import { formatCount, formatDuration, formatFigure } from "@/lib/view/numbers";
import { afterEvent, emptyTail, type Tail, tailRate } from "@/lib/view/tail";
import { Button } from "../ui/button";
import { CauseChip } from "../ui/cause-chip";
import { NodeName } from "../ui/node-mark";
import { Panel } from "../ui/panel";
import { Segmented } from "../ui/segmented";
import { Status } from "../ui/table";
import { Time } from "../ui/time";

const shownLines = 8;
const filters = ["all", "bounces", "5xx"] as const;
/** Hundreds of bounces a second are four pictures a second: nobody reads faster. */
const pictureMs = 250;

/** Lines as they come, newest last. Hovering holds it still. */
export function LiveTail() {
  const { listen, state } = useLive();
  const [pool] = usePool();
  const known = useKnownNodes();
  const href = useCarriedHref();
  const now = useNow();
  const [tail, setTail] = useState<Tail>(emptyTail);
  const [held, setHeld] = useState(false);
  const [paused, setPaused] = useState(false);
  const [filter, setFilter] = useQueryState(
    "tail",
    parseAsStringLiteral(filters).withDefault("all"),
  );
  const still = useRef(false);
  still.current = held || paused;

  useEffect(() => {
    setTail(emptyTail);
    const heard: { event: StreamEvent; at: number }[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => {
      timer = undefined;
      const all = heard.splice(0);
      if (still.current) return;
      setTail((so) => all.reduce((tail, { event, at }) => afterEvent(tail, event, pool, at), so));
    };
    const stop = listen((event) => {
      if (still.current) return;
      heard.push({ event, at: Date.now() });
      timer ??= setTimeout(show, pictureMs);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [listen, pool]);

  const lines = tail.lines
    .filter((line) =>
      filter === "all" ? true : filter === "5xx" ? (line.status ?? 0) >= 500 : line.cause !== null,
    )
    .slice(-shownLines);
  return (
    <Panel
      className="tail"
      title={
        <span className="inline-flex items-center gap-2">
          <i className={`dot ${state === "live" && !paused ? "pulse" : ""}`} aria-hidden="true" />
          Live tail
        </span>
      }
      note={
        paused || held
          ? "held"
          : `${formatFigure(tailRate(tail, now))} lines/s${tail.dropped > 0 ? `, ${formatCount(tail.dropped)} not shown` : ""}`
      }
      actions={
        <>
          <Segmented
            small
            label="Lines in the tail"
            options={[
              { value: "all", label: "All" },
              { value: "bounces", label: "Bounces only" },
              { value: "5xx", label: "5xx" },
            ]}
            value={filter}
            onChange={(next) => void setFilter(next)}
          />
          <Button small icon={paused ? "play" : "pause"} onClick={() => setPaused(!paused)}>
            {paused ? "Resume" : "Pause"}
          </Button>
        </>
      }
    >
      {lines.length === 0 ? (
        <p className="px-4 pb-3 text-12 text-fg-3">
          {state === "paused"
            ? "Live is paused."
            : filter === "all"
              ? "Lines show here as they arrive."
              : "No such line since this page was opened."}
        </p>
      ) : (
        <ol
          className="tail-lines"
          onMouseEnter={() => setHeld(true)}
          onMouseLeave={() => setHeld(false)}
        >
          {lines.map((line) => (
            <li key={line.id} className={line.cause ? "hop" : undefined}>
              <span className="text-fg-3">
                <Time at={line.at} precision="millisecond" day="never" />
              </span>
              <span className="hide-s truncate text-fg-2">{line.lb}</span>
              <span className="hide-s text-fg-2">{line.method}</span>
              <span className="truncate">{line.path}</span>
              <Status status={line.status} />
              <span className="hide-s text-right text-fg-2">{formatDuration(line.durationMs)}</span>
              <span className="tail-node">
                {line.node ? (
                  <NodeName name={line.node} ordinal={known.ordinalOf(line.node, line.pool)} />
                ) : (
                  <span className="text-fg-3">no node</span>
                )}
              </span>
              <span className="hide-s">
                {line.session && (
                  <Link
                    className="hover:underline"
                    href={href(`/sessions/${line.session}`, { from: null, to: null })}
                  >
                    {line.session.slice(0, 12)}
                  </Link>
                )}
              </span>
              <span className="tail-node">{line.cause && <CauseChip cause={line.cause} />}</span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

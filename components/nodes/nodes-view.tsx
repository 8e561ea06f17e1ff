"use client";

import "./nodes.css";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { debounce, useQueryStates } from "nuqs";
import { memo, useRef, useState } from "react";
import { NoteChange } from "@/components/changes/note-change";
import { ChangeRail } from "@/components/charts/change-rail";
import { Heatmap, HeatmapComing } from "@/components/heatmap/heatmap";
import { HeatHover, type HeatPoint, useHeatHover } from "@/components/heatmap/hover";
import { TransitionPanel } from "@/components/overview/transition-panel";
import { ContextBar } from "@/components/shell/context-bar";
import { Segmented } from "@/components/ui/segmented";
import { Empty, Failed, SkeletonRows } from "@/components/ui/states";
import { useElementWidth } from "@/lib/browser/element-width";
import { useHydrated } from "@/lib/browser/hydrated";
import { useLatest } from "@/lib/browser/latest";
import { useKnownNodes } from "@/lib/browser/node-ordinals";
import { useCarriedHref, useRange, useRangeParams } from "@/lib/browser/page-state";
import { changesOptions } from "@/lib/browser/queries/changes";
import { heatmapOptions } from "@/lib/browser/queries/heatmap";
import { addressFollows, restMs } from "@/lib/browser/resting-address";
import { useZone } from "@/lib/browser/zone";
import {
  type Heatmap as HeatmapData,
  type HeatmapMetric,
  heatmapMetrics,
} from "@/lib/schemas/heatmap";
import type { ChangeMark } from "@/lib/schemas/results";
import { cellName, type HeatCell, metricLook, timeOfCell } from "@/lib/view/heatmap";
import { formatClock, formatTick, timeTicks, zoneName } from "@/lib/view/times";
import { AffinityFound } from "./affinity-found";
import { BouncesPerNode } from "./bounces-per-node";
import { CellPanel } from "./cell-panel";
import { Imbalance } from "./imbalance";
import { Moves } from "./moves";
import { NodeList } from "./node-list";
import { heatmapAsked, heatSteps, nodeParams, shownMetrics } from "./node-params";
import { BalancerClocks, NameConflicts } from "./node-warnings";
import { sessionsOf } from "./sessions-link";

const metricChoices = [
  { value: "all" as const, label: "All" },
  ...heatmapMetrics.map((metric) => ({ value: metric, label: shortTitle(metric) })),
];

function shortTitle(metric: HeatmapMetric): string {
  return {
    requests: "Requests",
    sessions: "Sessions",
    p95: "p95",
    errors: "Errors",
    share: "Share",
    bouncesIn: "Bounces in",
    bouncesOut: "Bounces out",
  }[metric];
}

/** How load lies over the nodes, which of them gain and lose sessions, and what state they are in. */
export function NodesView({
  coming,
  movesAreComing,
}: {
  /** Heatmaps that the page was drawn without, as they took long; they stream in after it. */
  coming: readonly HeatmapMetric[];
  /** Whether it was drawn without the moves. */
  movesAreComing: boolean;
}) {
  const [url, setUrl] = useQueryStates(nodeParams, { history: "replace" });
  return (
    <>
      <ContextBar>
        <Segmented
          label="Time of a cell"
          options={[
            { value: "auto", label: "Auto" },
            ...heatSteps.map((step) => ({ value: step, label: step })),
          ]}
          value={url.step ?? "auto"}
          onChange={(step) =>
            void setUrl({ step: heatSteps.find((known) => known === step) ?? null, cell: null })
          }
        />
      </ContextBar>
      <h1 className="vh">Nodes</h1>
      <Evenness step={url.step} />
      <div className="nd-layout">
        <Heatmaps url={url} setUrl={setUrl} coming={coming} />
        <aside aria-label="Nodes" className="nd-aside">
          <CellPanel url={url} />
          <Aside areComing={movesAreComing} />
        </aside>
      </div>
      <Below movesAreComing={movesAreComing} />
    </>
  );
}

// A cell is chosen by arrow keys, many a second: what does not speak of it is not drawn with it.
const Evenness = memo(Imbalance);
const Aside = memo(BouncesPerNode);
const Below = memo(function Below({ movesAreComing }: { movesAreComing: boolean }) {
  return (
    <>
      <NodeList />
      <BalancerClocks />
      <NameConflicts />
      <AffinityFound />
      <div className="nd-moves">
        <TransitionPanel />
        <Moves areComing={movesAreComing} />
      </div>
    </>
  );
});

/** The address follows when the keys rest: writing one makes every link of the page anew. */
const whenItRests = { limitUrlUpdates: debounce(restMs) };
const none: ChangeMark[] = [];

type Url = ReturnType<typeof useQueryStates<typeof nodeParams>>;

function Heatmaps({
  url,
  setUrl,
  coming,
}: {
  url: Url[0];
  setUrl: Url[1];
  coming: readonly HeatmapMetric[];
}) {
  const params = useRangeParams();
  const metrics = shownMetrics(url);
  const questions = useQueries({
    queries: metrics.map((metric) => heatmapOptions(heatmapAsked(params, url, metric))),
  });
  const known = useKnownNodes();
  // One may have come before the browser takes the page over, which then has to find what the server drew.
  const isHydrated = useHydrated();
  const current = questions.map(({ data }, index) => {
    const metric = metrics[index];
    return isHydrated || !metric || !coming.includes(metric) ? data : undefined;
  });
  const answers = useShownLast(
    metrics,
    current,
    questions.map(({ isPending }) => isPending),
  );
  const first = answers.find((data) => data !== undefined);
  const { zone } = useZone();
  const { zoomTo } = useRange();
  const router = useRouter();
  const href = useCarriedHref();
  const [hover] = useState(() => new HeatHover());

  // The address keeps the cell before the page is left, so that Back finds it.
  const written = useRef<Promise<unknown>>(Promise.resolve());
  const open = useLatest(async (cell: HeatCell, data: HeatmapData) => {
    const node = data.nodes[cell.node];
    const time = data.times[cell.column];
    if (!node || !time) return;
    await written.current;
    router.push(sessionsOf(href, node, Date.parse(time), data.step));
  });
  const choose = useLatest((cell: HeatCell, data: HeatmapData) => {
    addressFollows();
    written.current = setUrl({ cell: cellName(cell, data) }, whenItRests);
  });
  const zoom = useLatest(zoomTo);
  const write = useLatest((metric: HeatmapMetric, tabled: boolean) => {
    const others = url.table.filter((other) => other !== metric);
    void setUrl({ table: tabled ? [...others, metric] : others });
  });

  return (
    <div className="nd-heat">
      <div className="nd-tools">
        <Segmented
          small
          label="Metric"
          options={metricChoices}
          value={url.metric ?? "all"}
          onChange={(metric) => void setUrl({ metric: metric === "all" ? null : metric })}
        />
        <span className="ml-auto flex items-center gap-2">
          <NoteChange at={timeOfCell(url.cell)} pool={params.pool ?? null} />
          <Segmented
            small
            label="Scale"
            options={[
              { value: "linear", label: "Linear" },
              { value: "log", label: "Log" },
            ]}
            value={url.scale}
            onChange={(scale) => void setUrl({ scale })}
          />
        </span>
      </div>
      {first && first.nodes.length === 0 ? (
        <Empty title="No node was seen in this range">
          Nodes show as soon as a log line names one. Widen the range or choose another pool.
        </Empty>
      ) : (
        <section className="nd-scroll" aria-label="Heatmaps">
          <div className="nd-sheet">
            {first && <Axis data={first} zone={zone} hover={hover} />}
            {questions.map((question, index) => {
              const metric = metrics[index];
              if (!metric) return null;
              const what = metricLook(metric).title.toLowerCase();
              const data = answers[index];
              if (!data)
                return question.error ? (
                  <Failed
                    key={metric}
                    what={what}
                    error={question.error}
                    retry={() => void question.refetch()}
                  />
                ) : first ? (
                  <HeatmapComing
                    key={metric}
                    metric={metric}
                    height={first.nodes.length * rowHeight(first.nodes.length, metrics.length)}
                  />
                ) : (
                  <SkeletonRows key={metric} rows={5} what={what} />
                );
              return (
                <Heatmap
                  key={metric}
                  data={data}
                  kind={url.scale}
                  rowHeight={rowHeight(data.nodes.length, metrics.length)}
                  known={known}
                  zone={zone}
                  chosen={url.cell}
                  hover={hover}
                  tabled={url.table.includes(metric)}
                  onTable={write}
                  onCell={choose}
                  onOpen={open}
                  onZoom={zoom}
                />
              );
            })}
            <p className="nd-note">
              <i className="hatched" aria-hidden="true" /> no traffic seen. Even steps in lightness;
              share runs both ways from the fair share.
              {metrics.includes("errors") && (
                <>
                  {" "}
                  <i className="nd-corner" aria-hidden="true" /> above 2% errors.
                </>
              )}{" "}
              A click selects a cell, a second opens its sessions; dragging zooms.
            </p>
          </div>
        </section>
      )}
    </div>
  );
}

/**
 * The answers, and in place of one that is on its way what was last shown of its metric. A list of questions begins
 * anew when what it asks changes, so it cannot keep its previous data itself.
 */
function useShownLast(
  metrics: readonly HeatmapMetric[],
  answers: (HeatmapData | undefined)[],
  pending: boolean[],
): (HeatmapData | undefined)[] {
  const [last, setLast] = useState<ReadonlyMap<HeatmapMetric, HeatmapData>>(new Map());
  const news = metrics.flatMap((metric, index) => {
    const data = answers[index];
    return data !== undefined && data !== last.get(metric) ? [[metric, data] as const] : [];
  });
  if (news.length > 0) setLast(new Map([...last, ...news]));
  return metrics.map(
    (metric, index) => answers[index] ?? (pending[index] ? last.get(metric) : undefined),
  );
}

function rowHeight(nodes: number, metrics: number): number {
  if (metrics === 1) return nodes > 20 ? 18 : 28;
  return nodes > 12 ? 13 : 16.5;
}

const columnOf = (point: HeatPoint | null) => point?.column ?? null;

const Axis = memo(function Axis({
  data,
  zone,
  hover,
}: {
  data: HeatmapData;
  zone: string;
  hover: HeatHover;
}) {
  const box = useRef<HTMLDivElement>(null);
  const width = useElementWidth(box);
  const params = useRangeParams();
  const { data: changes } = useQuery(changesOptions(params));
  const from = Date.parse(data.times[0] ?? "");
  const to = Date.parse(data.times.at(-1) ?? "") + data.step;
  if (!(to > from)) return null;
  const marked =
    changes === undefined ||
    changes.items.some(({ at }) => Date.parse(at) >= from && Date.parse(at) <= to);
  const place = (time: number) => ((time - from) / (to - from)) * 100;
  return (
    <div className={`nd-axis ${marked ? "marked" : ""}`}>
      <span className="text-fg-3">{zoneName(from, zone)}</span>
      <div ref={box} className="nd-axis-plot">
        <ChangeRail
          changes={changes?.items ?? none}
          from={from}
          to={to}
          stepMs={data.step}
          width={width}
        />
        {timeTicks(from, to, zone, Math.max(Math.floor(width / 76), 2)).map((tick) => (
          <span key={tick} style={{ left: `${place(tick)}%` }}>
            {formatTick(tick, to - from, zone)}
          </span>
        ))}
        <Moment data={data} zone={zone} hover={hover} />
      </div>
      <span className="text-fg-3">last</span>
    </div>
  );
});

/** The time under the pointer. */
function Moment({ data, zone, hover }: { data: HeatmapData; zone: string; hover: HeatHover }) {
  const column = useHeatHover(hover, columnOf);
  const at = column === null ? undefined : data.times[column];
  if (column === null || at === undefined) return null;
  return (
    <b style={{ left: `${((column + 0.5) / data.times.length) * 100}%` }}>
      {formatClock(at, zone, "minute")}
    </b>
  );
}

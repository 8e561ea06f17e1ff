"use client";

import { useMemo } from "react";
import { useNow } from "@/lib/browser/clock";
import { useRange } from "@/lib/browser/page-state";
import { useZone } from "@/lib/browser/zone";
import type { Overview } from "@/lib/schemas/results";
import {
  formatCount,
  formatDuration,
  formatFigure,
  formatPercent,
  formatShort,
} from "@/lib/view/numbers";
import {
  bounceRows,
  type ChartMetric,
  causeShares,
  figureCells,
  lineRows,
  stayedWords,
  stepInWords,
  unexplainedOf,
} from "@/lib/view/overview";
import { widenRange } from "@/lib/view/time-range";
import { zoneName } from "@/lib/view/times";
import { TimeChart } from "../charts/time-chart";
import { useDemoProgress, useNewest } from "../shell/freshness";
import { CauseChip, causeColour } from "../ui/cause-chip";
import { Panel } from "../ui/panel";
import { Segmented } from "../ui/segmented";
import { Tag } from "../ui/tag";
import { useCauseFilter, useChartMetric, useChartView } from "./chart-choice";

const staleMs = 60_000;

/** The chosen figure over time; for bounces by cause, with the causes beside it. */
export function BouncePanel({ overview }: { overview: Overview }) {
  const [metric] = useChartMetric();
  return metric === "bounces" ? (
    <Bounces overview={overview} />
  ) : (
    <OneFigure overview={overview} metric={metric} />
  );
}

function useChart(overview: Overview) {
  const { range, follows, zoomTo, setRange } = useRange();
  const { zone } = useZone();
  const newest = useNewest();
  const now = useNow();
  const reached = useDemoProgress();
  const age = newest === null || reached !== null ? 0 : now - newest;
  return {
    stale: follows && age > staleMs ? age : null,
    step: `${stepInWords(overview.stepMs)} steps, ${zoneName(overview.to, zone)}`,
    chart: {
      stepMs: overview.stepMs,
      changes: overview.changes,
      stale: follows && age > staleMs,
      onZoom: zoomTo,
      onWiden: () => setRange(widenRange(range, now)),
    },
  };
}

function Bounces({ overview }: { overview: Overview }) {
  const [view, setView] = useChartView();
  const [only, setOnly] = useCauseFilter();
  const { stale, step, chart } = useChart(overview);
  const shares = useMemo(() => causeShares(overview.bouncesByCause), [overview]);
  const shown = useMemo(
    () => shares.map(({ cause }) => cause).filter((cause) => only === null || cause === only),
    [shares, only],
  );
  const rows = useMemo(() => bounceRows(overview, shown), [overview, shown]);
  const series = useMemo(
    () => shown.map((cause) => ({ key: cause, label: cause, colour: causeColour(cause) })),
    [shown],
  );
  const total = overview.bounces.value ?? 0;
  return (
    <Panel
      title="Bounces by cause"
      note={`${step}. ${formatCount(unexplainedOf(overview.bouncesByCause))} of ${formatCount(total)} unexplained`}
      actions={
        <>
          {stale !== null && <Tag tone="warn">No new lines for {formatDuration(stale)}</Tag>}
          <Segmented
            small
            label="How bounces are drawn"
            options={[
              { value: "bars", label: "Bars" },
              { value: "share", label: "Share" },
            ]}
            value={view}
            onChange={(next) => void setView(next)}
          />
        </>
      }
    >
      <div className="chart-and-legend">
        <div className="relative min-w-0">
          <TimeChart
            {...chart}
            label="Bounces by cause over time"
            rows={rows}
            series={series}
            kind={view}
            valueLabel={view === "share" && total > 0 ? shareLabel : formatCount}
          />
          {total === 0 && (
            <p className="chart-empty">
              <b>No bounces in this range</b>
              <br />
              {stayedWords(overview.requests.value)}
            </p>
          )}
        </div>
        {total > 0 && (
          <table className="table legend">
            <caption className="vh">Bounces by cause</caption>
            <thead>
              <tr>
                <th scope="col">Cause</th>
                <th scope="col" className="num">
                  Bounces
                </th>
                <th scope="col" className="num">
                  Share
                </th>
              </tr>
            </thead>
            <tbody>
              {shares.map(({ cause, bounces, share }) => (
                <tr key={cause} className={only !== null && only !== cause ? "opacity-50" : ""}>
                  <td>
                    <button
                      type="button"
                      aria-pressed={only === cause}
                      title={only === cause ? "Show all causes" : `Show only ${cause}`}
                      onClick={() => void setOnly(only === cause ? null : cause)}
                    >
                      <CauseChip cause={cause} />
                    </button>
                  </td>
                  <td className="num">{formatCount(bounces)}</td>
                  <td className="num text-fg-2">{formatPercent(share, share < 0.1 ? 1 : 0)}</td>
                </tr>
              ))}
              <tr className="text-fg-2">
                <td>
                  <span className="inline-flex items-center gap-1.5">
                    <i className="dotted-key" aria-hidden="true" />
                    period before
                  </span>
                </td>
                <td className="num">{formatCount(overview.bounces.previous)}</td>
                <td />
              </tr>
            </tbody>
          </table>
        )}
      </div>
    </Panel>
  );
}

/** With shares the axis runs to 1, while the table and the tooltip hold counts. */
function shareLabel(value: number): string {
  return value > 0 && value < 1 ? formatPercent(value, 0) : value === 1 ? "1" : formatCount(value);
}

const writers: Record<Exclude<ChartMetric, "bounces">, (value: number) => string> = {
  continuity: (value) => formatPercent(value, value > 0.99 && value < 1 ? 2 : 1),
  affected: formatCount,
  lost: formatCount,
  requests: (value) => `${value >= 100 ? formatShort(value) : formatFigure(value)}/s`,
  latency: formatDuration,
};

const titles: Record<Exclude<ChartMetric, "bounces">, string> = {
  continuity: "Session continuity",
  affected: "Unexplained bounces",
  lost: "Lost sessions",
  requests: "Requests a second",
  latency: "Latency, 95th percentile",
};

function OneFigure({
  overview,
  metric,
}: {
  overview: Overview;
  metric: Exclude<ChartMetric, "bounces">;
}) {
  const { stale, step, chart } = useChart(overview);
  const cell = figureCells(overview).find((candidate) => candidate.metric === metric);
  const rows = useMemo(() => lineRows(overview, metric), [overview, metric]);
  const counts = metric === "affected" || metric === "lost";
  const series = useMemo(
    () => [
      { key: "value", label: titles[metric], colour: counts ? "var(--text-2)" : "var(--text)" },
    ],
    [metric, counts],
  );
  return (
    <Panel
      title={titles[metric]}
      note={`${step}. ${cell ? `${cell.value}${cell.unit.startsWith("%") || cell.unit.startsWith("/") ? "" : " "}${cell.unit}`.trim() : ""} over the range; dotted: the period before`}
      actions={stale !== null && <Tag tone="warn">No new lines for {formatDuration(stale)}</Tag>}
    >
      <TimeChart
        {...chart}
        label={`${titles[metric]} over time`}
        rows={rows}
        series={series}
        kind={counts ? "bars" : "line"}
        valueLabel={writers[metric]}
      />
    </Panel>
  );
}

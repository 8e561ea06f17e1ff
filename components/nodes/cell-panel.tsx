"use client";

import { useQueries } from "@tanstack/react-query";
import { Button } from "@/components/ui/button";
import Link from "@/components/ui/link";
import { NodeName } from "@/components/ui/node-mark";
import { useKnownNodes } from "@/lib/browser/node-ordinals";
import { useCarriedHref, useRange, useRangeParams } from "@/lib/browser/page-state";
import { heatmapOptions } from "@/lib/browser/queries/heatmap";
import { useZone } from "@/lib/browser/zone";
import { heatmapMetrics } from "@/lib/schemas/heatmap";
import { cellOf, formatMetric, metricLook, poolMean } from "@/lib/view/heatmap";
import { formatClock, formatRange } from "@/lib/view/times";
import { heatmapAsked, type NodeUrl } from "./node-params";
import { sessionsOf } from "./sessions-link";

/** All metrics of the selected cell beside the pool's mean. */
export function CellPanel({ url }: { url: NodeUrl }) {
  const params = useRangeParams();
  const questions = useQueries({
    queries: heatmapMetrics.map((metric) => ({
      ...heatmapOptions(heatmapAsked(params, url, metric)),
      enabled: url.cell !== null,
    })),
  });
  const known = useKnownNodes();
  const { zone } = useZone();
  const { zoomTo } = useRange();
  const href = useCarriedHref();
  const data = questions.find((question) => question.data)?.data;
  const cell = data ? cellOf(url.cell, data) : null;
  const node = data && cell ? data.nodes[cell.node] : undefined;
  const time = data && cell ? data.times[cell.column] : undefined;
  if (!data || !cell || !node || !time)
    return (
      <section className="nd-part" aria-label="Selected cell">
        <h2>No cell selected</h2>
        <p className="pt-1 text-12 text-fg-2">
          Click a cell, or move to a heatmap and use the arrow keys, to compare a node with its pool
          at that time.
        </p>
      </section>
    );
  const from = Date.parse(time);
  return (
    <section className="nd-part" aria-label="Selected cell">
      <div className="flex items-center gap-2">
        <h2>
          <NodeName name={node} ordinal={known.ordinalOf(node)} />
        </h2>
        <span className="text-12 text-fg-2">{formatRange(from, from + data.step, zone, from)}</span>
      </div>
      <table className="nd-cell">
        <thead>
          <tr>
            <th scope="col">
              <span className="vh">Metric</span>
            </th>
            <th scope="col">cell</th>
            <th scope="col">pool mean</th>
          </tr>
        </thead>
        <tbody>
          {questions.map((question, index) => {
            const metric = heatmapMetrics[index];
            const map = question.data;
            if (!metric || !map) return null;
            const at = cellOf(url.cell, map);
            if (!at) return null;
            const mean = poolMean(map, at.column);
            const whole =
              metric === "requests" ||
              metric === "p95" ||
              metric === "errors" ||
              metric === "share";
            return (
              <tr key={metric}>
                <th scope="row">{metricLook(metric).label}</th>
                <td>
                  <b>{formatMetric(metric, map.values[at.node]?.[at.column] ?? null, map.step)}</b>
                </td>
                <td>
                  {formatMetric(
                    metric,
                    mean === null || whole ? mean : Math.round(mean * 10) / 10,
                    map.step,
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p className="flex flex-wrap gap-2 pt-3">
        <Link className="btn primary sm" href={sessionsOf(href, node, from, data.step)}>
          Open sessions
        </Link>
        <Button small onClick={() => zoomTo(from - data.step * 2, from + data.step * 3)}>
          {`Zoom to ${formatClock(from, zone, "minute")}`}
        </Button>
      </p>
    </section>
  );
}

"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Sparkline } from "@/components/ui/sparkline";
import { Stat } from "@/components/ui/stat";
import { useRangeParams } from "@/lib/browser/page-state";
import { heatmapOptions } from "@/lib/browser/queries/heatmap";
import { columnImbalance } from "@/lib/view/heatmap";
import { formatPercent } from "@/lib/view/numbers";
import { heatmapAsked, type NodeUrl } from "./node-params";

/** From here on load counts as uneven. */
const limits = { maxOverMean: 1.5, cv: 0.3, gini: 0.2 };

/** How unevenly requests lie over the nodes, as three figures and a sentence. */
export function Imbalance({ step }: Pick<NodeUrl, "step">) {
  const { data } = useQuery(heatmapOptions(heatmapAsked(useRangeParams(), { step }, "requests")));
  const columns = useMemo(() => (data ? columnImbalance(data) : null), [data]);
  const { maxOverMean, cv, gini } = data?.imbalance ?? { maxOverMean: null, cv: null, gini: null };
  const nodes = data?.values.filter((row) => row.some((value) => value !== null)).length ?? 0;
  const figure = (value: number | null) => (value === null ? "–" : value.toFixed(2));
  return (
    <section className="nd-imbalance" aria-label="Imbalance of requests over the nodes">
      <Stat
        label="Max / mean"
        value={figure(maxOverMean)}
        bad={maxOverMean !== null && maxOverMean > limits.maxOverMean}
        note={`1 is even, uneven above ${limits.maxOverMean.toFixed(2)}`}
        chart={<Sparkline values={columns?.maxOverMean ?? []} />}
      />
      <Stat
        label="Coefficient of variation"
        value={figure(cv)}
        bad={cv !== null && cv > limits.cv}
        note={`0 is even, uneven above ${limits.cv.toFixed(2)}`}
        chart={<Sparkline values={columns?.cv ?? []} />}
      />
      <Stat
        label="Gini"
        value={figure(gini)}
        bad={gini !== null && gini > limits.gini}
        note={`0 is even, uneven above ${limits.gini.toFixed(2)}`}
        chart={<Sparkline values={columns?.gini ?? []} />}
      />
      <p className="nd-sentence" aria-live="polite">
        {columns?.busiest && nodes > 1 ? (
          <span>
            <b>{`${columns.busiest} carried ${formatPercent(columns.busiestShare)} of requests`}</b>
            {`, fair share is ${formatPercent(1 / nodes)}.`}
          </span>
        ) : nodes === 1 ? (
          "One node carried all requests."
        ) : (
          "No requests in this range."
        )}
      </p>
    </section>
  );
}

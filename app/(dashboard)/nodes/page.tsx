import { setTimeout as rest } from "node:timers/promises";
import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { connection } from "next/server";
import type { SearchParams } from "nuqs/server";
import { heatmapAsked, loadNodeParams, shownMetrics } from "@/components/nodes/node-params";
import { NodesView } from "@/components/nodes/nodes-view";
import { loadPageParams, rangeParams } from "@/lib/browser/page-params";
import { changesOptions } from "@/lib/browser/queries/changes";
import { heatmapOptions } from "@/lib/browser/queries/heatmap";
import { nodesOptions } from "@/lib/browser/queries/nodes";
import { poolsOptions } from "@/lib/browser/queries/pools";
import { nodesPageNodes, transitionsOptions } from "@/lib/browser/queries/transitions";
import { makeQueryClient } from "@/lib/browser/query-client";
import { changes } from "@/lib/reports/changes";
import { heatmaps } from "@/lib/reports/heatmap";
import { nodes } from "@/lib/reports/nodes";
import { oneReading } from "@/lib/reports/one-reading";
import { pools } from "@/lib/reports/pools";
import { transitions } from "@/lib/reports/transitions";
import { changesQuery } from "@/lib/schemas/changes";
import { type HeatmapMetric, heatmapQuery } from "@/lib/schemas/heatmap";
import { runtime } from "@/lib/server/runtime";
import { requireViewer } from "@/lib/server/viewer";

/** So long the page waits for the other heatmaps and the moves; what takes longer streams into it. */
const patienceMs = 40;
/** With more cells than this, the others are not even begun before the page with the first is on its way. */
const manyCells = 10_000;
const headStartMs = 250;

export const metadata: Metadata = { title: "Nodes" };

export default async function NodesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await connection();
  await requireViewer();
  const { pool: db } = runtime();
  const now = Date.now();
  const range = rangeParams(await loadPageParams(searchParams), now);
  const url = await loadNodeParams(searchParams);
  const client = makeQueryClient();
  const others = shownMetrics(url).filter((metric) => metric !== "requests");
  const optionsOf = (metric: HeatmapMetric) => heatmapOptions(heatmapAsked(range, url, metric));
  const movesOptions = transitionsOptions(range, nodesPageNodes);
  await oneReading(async () => {
    const heatmap = heatmaps(db, heatmapQuery.parse(heatmapAsked(range, url, "requests")), now);
    let turn: Promise<unknown> | null = null;
    const prefetch = (metric: HeatmapMetric) =>
      client.prefetchQuery({
        ...optionsOf(metric),
        queryFn: async () => {
          await turn;
          return await heatmap(metric);
        },
      });
    await Promise.all([
      client.prefetchQuery({ ...poolsOptions(), queryFn: () => pools(db, now) }),
      client.prefetchQuery({ ...nodesOptions(range), queryFn: () => nodes(db, range, now) }),
      // The marks above the heatmaps.
      client.prefetchQuery({
        ...changesOptions(range),
        queryFn: () => changes(db, changesQuery.parse(range), now),
      }),
      // The imbalance is reckoned from requests, whichever metric is shown; they also tell how large the others are.
      prefetch("requests"),
    ]);
    const first = client.getQueryData(optionsOf("requests").queryKey);
    if (first && first.nodes.length * first.times.length > manyCells) turn = rest(headStartMs);
    const moves = client.prefetchQuery({
      ...movesOptions,
      queryFn: async () => {
        await turn;
        return await transitions(db, { ...range, top: nodesPageNodes }, now);
      },
    });
    const all = Promise.all([...others.map(prefetch), moves]);
    if (turn === null) await Promise.race([all, rest(patienceMs)]);
  });
  const coming = others.filter(
    (metric) => client.getQueryData(optionsOf(metric).queryKey) === undefined,
  );
  const movesAreComing = client.getQueryData(movesOptions.queryKey) === undefined;
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <NodesView coming={coming} movesAreComing={movesAreComing} />
    </HydrationBoundary>
  );
}

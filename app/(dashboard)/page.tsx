import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import { connection } from "next/server";
import type { SearchParams } from "nuqs/server";
import { OverviewBoard } from "@/components/overview/overview-board";
import { latestBounces, worstSessions } from "@/lib/browser/board-params";
import { loadPageParams, rangeParams } from "@/lib/browser/page-params";
import { alertsOptions } from "@/lib/browser/queries/alerts";
import { bouncesOptions } from "@/lib/browser/queries/bounces";
import { nodesOptions } from "@/lib/browser/queries/nodes";
import { overviewOptions } from "@/lib/browser/queries/overview";
import { poolsOptions } from "@/lib/browser/queries/pools";
import { sessionsOptions } from "@/lib/browser/queries/sessions";
import { spreadOptions } from "@/lib/browser/queries/spread";
import { overviewNodes, transitionsOptions } from "@/lib/browser/queries/transitions";
import { makeQueryClient } from "@/lib/browser/query-client";
import { bounces } from "@/lib/reports/bounces";
import { nodes } from "@/lib/reports/nodes";
import { oneReading } from "@/lib/reports/one-reading";
import { overview } from "@/lib/reports/overview";
import { pools } from "@/lib/reports/pools";
import { sessions } from "@/lib/reports/sessions";
import { spread } from "@/lib/reports/spread";
import { transitions } from "@/lib/reports/transitions";
import { alertsQuery } from "@/lib/schemas/alerts";
import { bouncesQuery, sessionsQuery } from "@/lib/schemas/results";
import { listAlerts } from "@/lib/server/alerts";
import { originOf } from "@/lib/server/origin";
import { runtime } from "@/lib/server/runtime";
import { requireViewer } from "@/lib/server/viewer";

export default async function OverviewPage({
  searchParams,
}: {
  searchParams: Promise<SearchParams>;
}) {
  await connection();
  await requireViewer();
  const { pool: db, config } = runtime();
  const now = Date.now();
  const params = await loadPageParams(searchParams);
  const { lb } = params;
  const range = rangeParams(params, now);
  const asked = lb ? { ...range, lb } : range;
  const client = makeQueryClient();
  const latest = latestBounces(range, lb);
  const worst = worstSessions(range, "worst", lb);
  const alerting = params.pool ? { pool: params.pool } : {};
  await oneReading(() =>
    Promise.all([
      // What fires stands above the figures: coming later it would push them down.
      client.prefetchQuery({
        ...alertsOptions(alerting),
        queryFn: () => listAlerts(alertsQuery.parse(alerting)),
      }),
      client.prefetchQuery({ ...poolsOptions(), queryFn: () => pools(db, now) }),
      client.prefetchQuery({ ...overviewOptions(asked), queryFn: () => overview(db, asked, now) }),
      client.prefetchQuery({ ...spreadOptions(range), queryFn: () => spread(db, range, now) }),
      client.prefetchQuery({ ...nodesOptions(range), queryFn: () => nodes(db, range, now) }),
      client.prefetchInfiniteQuery({
        ...bouncesOptions(latest),
        queryFn: () => bounces(db, bouncesQuery.parse(latest), now),
      }),
      client.prefetchQuery({
        ...transitionsOptions(range, overviewNodes),
        queryFn: () => transitions(db, { ...range, top: overviewNodes }, now),
      }),
      client.prefetchInfiniteQuery({
        ...sessionsOptions(worst),
        queryFn: () =>
          sessions(
            db,
            {
              ...sessionsQuery.parse({ ...asked, sort: worst.sort, limit: worst.limit }),
              bounced: true,
            },
            now,
          ),
      }),
    ]),
  );
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <OverviewBoard origin={await originOf()} syslogPort={config.syslogPort} />
    </HydrationBoundary>
  );
}

import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { connection } from "next/server";
import type { SearchParams } from "nuqs/server";
import {
  bouncesAsked,
  groupsAsked,
  loadSessionParams,
  lossesAsked,
  sessionsAsked,
} from "@/components/sessions/session-params";
import { SessionsView } from "@/components/sessions/sessions-view";
import type { Params } from "@/lib/browser/ask";
import { loadPageParams, rangeParams } from "@/lib/browser/page-params";
import { bounceGroupsOptions, bouncesOptions } from "@/lib/browser/queries/bounces";
import { lossesOptions } from "@/lib/browser/queries/losses";
import { nodesOptions } from "@/lib/browser/queries/nodes";
import { poolsOptions } from "@/lib/browser/queries/pools";
import { sessionsOptions } from "@/lib/browser/queries/sessions";
import { makeQueryClient } from "@/lib/browser/query-client";
import { bounces, groupedBounces } from "@/lib/reports/bounces";
import { losses } from "@/lib/reports/losses";
import { nodes } from "@/lib/reports/nodes";
import { oneReading } from "@/lib/reports/one-reading";
import { pools } from "@/lib/reports/pools";
import { sessions } from "@/lib/reports/sessions";
import { bounceGroupsQuery } from "@/lib/schemas/lists";
import { bouncesQuery, lossesQuery, sessionsQuery } from "@/lib/schemas/results";
import { runtime } from "@/lib/server/runtime";
import { requireViewer } from "@/lib/server/viewer";

export const metadata: Metadata = { title: "Sessions" };

export default async function SessionsPage({
  searchParams,
}: {
  searchParams: Promise<SearchParams>;
}) {
  await connection();
  await requireViewer();
  const { pool: db } = runtime();
  const now = Date.now();
  const range = rangeParams(await loadPageParams(searchParams), now);
  const url = await loadSessionParams(searchParams);
  const client = makeQueryClient();

  const list = () => {
    switch (url.tab) {
      case "sessions": {
        const asked = sessionsAsked(range, url);
        return client.prefetchInfiniteQuery({
          ...sessionsOptions(asked),
          queryFn: () => sessions(db, sessionsQuery.parse(asText(asked)), now),
        });
      }
      case "bounces": {
        if (url.group !== null) {
          const grouped = { ...groupsAsked(range, url), by: url.group };
          return client.prefetchQuery({
            ...bounceGroupsOptions(grouped),
            queryFn: () => groupedBounces(db, bounceGroupsQuery.parse(asText(grouped)), now),
          });
        }
        const asked = bouncesAsked(range, url);
        return client.prefetchInfiniteQuery({
          ...bouncesOptions(asked),
          queryFn: () => bounces(db, bouncesQuery.parse(asText(asked)), now),
        });
      }
      case "lost": {
        const asked = lossesAsked(range, url);
        return client.prefetchInfiniteQuery({
          ...lossesOptions(asked),
          queryFn: () => losses(db, lossesQuery.parse(asText(asked)), now),
        });
      }
    }
  };
  await oneReading(() =>
    Promise.all([
      client.prefetchQuery({ ...poolsOptions(), queryFn: () => pools(db, now) }),
      client.prefetchQuery({ ...nodesOptions(range), queryFn: () => nodes(db, range, now) }),
      list(),
    ]),
  );
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <SessionsView />
    </HydrationBoundary>
  );
}

/** Flags as a query string holds them, which is how the browser asks. */
function asText(asked: Params): Params {
  return Object.fromEntries(
    Object.entries(asked).map(([name, value]) => [name, value === true ? "true" : value]),
  );
}

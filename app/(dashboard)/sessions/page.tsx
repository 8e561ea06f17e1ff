import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { connection } from "next/server";
import type { SearchParams } from "nuqs/server";
import {
  bouncesAsked,
  loadSessionParams,
  lossesAsked,
  sessionsAsked,
} from "@/components/sessions/session-params";
import { SessionsView } from "@/components/sessions/sessions-view";
import { loadPageParams, rangeParams } from "@/lib/browser/page-params";
import { bouncesOptions } from "@/lib/browser/queries/bounces";
import { lossesOptions } from "@/lib/browser/queries/losses";
import { nodesOptions } from "@/lib/browser/queries/nodes";
import { poolsOptions } from "@/lib/browser/queries/pools";
import { sessionsOptions } from "@/lib/browser/queries/sessions";
import { makeQueryClient } from "@/lib/browser/query-client";
import { bounces } from "@/lib/reports/bounces";
import { losses } from "@/lib/reports/losses";
import { nodes } from "@/lib/reports/nodes";
import { pools } from "@/lib/reports/pools";
import { sessions } from "@/lib/reports/sessions";
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
        const { lost, pingPong, bounced, ...asked } = sessionsAsked(range, url);
        // Flags are written as text in a query string, as the browser asks.
        const query = sessionsQuery.parse({
          ...asked,
          ...(lost ? { lost: "true" } : {}),
          ...(pingPong ? { pingPong: "true" } : {}),
          ...(bounced ? { bounced: "true" } : {}),
        });
        return client.prefetchInfiniteQuery({
          ...sessionsOptions(sessionsAsked(range, url)),
          queryFn: () => sessions(db, query, now),
        });
      }
      case "bounces": {
        const asked = bouncesAsked(range, url);
        return client.prefetchInfiniteQuery({
          ...bouncesOptions(asked),
          queryFn: () => bounces(db, bouncesQuery.parse(asked), now),
        });
      }
      case "lost": {
        const asked = lossesAsked(range);
        return client.prefetchInfiniteQuery({
          ...lossesOptions(asked),
          queryFn: () => losses(db, lossesQuery.parse(asked), now),
        });
      }
    }
  };
  await Promise.all([
    client.prefetchQuery({ ...poolsOptions(), queryFn: () => pools(db, now) }),
    client.prefetchQuery({ ...nodesOptions(range), queryFn: () => nodes(db, range, now) }),
    list(),
  ]);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <SessionsView />
    </HydrationBoundary>
  );
}

import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { connection } from "next/server";
import type { SearchParams } from "nuqs/server";
import { changesAsked, loadChangeParams } from "@/components/changes/change-kinds";
import { ChangesView } from "@/components/changes/changes-view";
import { loadPageParams, rangeParams } from "@/lib/browser/page-params";
import { changesOptions } from "@/lib/browser/queries/changes";
import { poolsOptions } from "@/lib/browser/queries/pools";
import { makeQueryClient } from "@/lib/browser/query-client";
import { changes } from "@/lib/reports/changes";
import { oneReading } from "@/lib/reports/one-reading";
import { pools } from "@/lib/reports/pools";
import { changesQuery } from "@/lib/schemas/changes";
import { runtime } from "@/lib/server/runtime";
import { requireViewer } from "@/lib/server/viewer";

export const metadata: Metadata = { title: "Changes" };

export default async function ChangesPage({
  searchParams,
}: {
  searchParams: Promise<SearchParams>;
}) {
  await connection();
  await requireViewer();
  const { pool: db } = runtime();
  const now = Date.now();
  const range = rangeParams(await loadPageParams(searchParams), now);
  const asked = changesAsked(range, await loadChangeParams(searchParams));
  const client = makeQueryClient();
  await oneReading(() =>
    Promise.all([
      client.prefetchQuery({ ...poolsOptions(), queryFn: () => pools(db, now) }),
      client.prefetchQuery({
        ...changesOptions(asked),
        queryFn: () => changes(db, changesQuery.parse(asked), now),
      }),
    ]),
  );
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <ChangesView />
    </HydrationBoundary>
  );
}

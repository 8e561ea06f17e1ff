import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { connection } from "next/server";
import type { SearchParams } from "nuqs/server";
import {
  changesBeside,
  compareAsked,
  loadCompareParams,
} from "@/components/compare/compare-params";
import { CompareView } from "@/components/compare/compare-view";
import { loadPageParams, rangeParams } from "@/lib/browser/page-params";
import { changesOptions } from "@/lib/browser/queries/changes";
import { compareOptions } from "@/lib/browser/queries/compare";
import { poolsOptions } from "@/lib/browser/queries/pools";
import { makeQueryClient } from "@/lib/browser/query-client";
import { changes } from "@/lib/reports/changes";
import { compare } from "@/lib/reports/compare";
import { oneReading } from "@/lib/reports/one-reading";
import { pools } from "@/lib/reports/pools";
import { changesQuery } from "@/lib/schemas/changes";
import { compareQuery } from "@/lib/schemas/compare";
import { runtime } from "@/lib/server/runtime";
import { requireViewer } from "@/lib/server/viewer";

export const metadata: Metadata = { title: "Before and after" };

export default async function ComparePage({
  searchParams,
}: {
  searchParams: Promise<SearchParams>;
}) {
  await connection();
  await requireViewer();
  const { pool: db } = runtime();
  const now = Date.now();
  const range = rangeParams(await loadPageParams(searchParams), now);
  const url = await loadCompareParams(searchParams);
  const beside = changesBeside(range.pool ?? null, url);
  const asked = compareAsked(range, url, now);
  const client = makeQueryClient();
  await oneReading(() =>
    Promise.all([
      client.prefetchQuery({ ...poolsOptions(), queryFn: () => pools(db, now) }),
      client.prefetchQuery({
        ...changesOptions(beside),
        queryFn: () => changes(db, changesQuery.parse(beside), now),
      }),
      client.prefetchQuery({
        ...compareOptions(asked),
        queryFn: () => compare(db, compareQuery.parse(asked), now),
        retry: false,
      }),
    ]),
  );
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <CompareView />
    </HydrationBoundary>
  );
}

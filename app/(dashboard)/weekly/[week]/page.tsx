import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { connection } from "next/server";
import type { SearchParams } from "nuqs/server";
import { WeeklyView } from "@/components/weekly/weekly-view";
import { loadPageParams } from "@/lib/browser/page-params";
import { poolsOptions } from "@/lib/browser/queries/pools";
import {
  objectivesOptions,
  scheduledReviewsOptions,
  weeklyOptions,
} from "@/lib/browser/queries/weekly";
import { makeQueryClient } from "@/lib/browser/query-client";
import { weekNamed } from "@/lib/domain/weeks";
import { objectives } from "@/lib/reports/objectives";
import { oneReading } from "@/lib/reports/one-reading";
import { pools } from "@/lib/reports/pools";
import { weekly } from "@/lib/reports/weekly";
import { readScheduledReviews } from "@/lib/server/reviews";
import { runtime } from "@/lib/server/runtime";
import { requireViewer } from "@/lib/server/viewer";

interface Props {
  params: Promise<{ week: string }>;
  searchParams: Promise<SearchParams>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { week } = await params;
  return { title: `Week ${week}` };
}

export default async function WeekPage({ params, searchParams }: Props) {
  await connection();
  await requireViewer();
  const { week } = await params;
  if (weekNamed(week) === null) notFound();
  const { pool } = await loadPageParams(searchParams);
  const { pool: db } = runtime();
  const now = Date.now();
  const asked = { week, ...(pool ? { pool } : {}) };
  const client = makeQueryClient();
  await oneReading(() =>
    Promise.all([
      client.prefetchQuery({ ...poolsOptions(), queryFn: () => pools(db, now) }),
      client.prefetchQuery({
        ...scheduledReviewsOptions(),
        queryFn: () => readScheduledReviews(),
      }),
      client.prefetchQuery({ ...objectivesOptions(), queryFn: () => objectives(db) }),
      client.prefetchQuery({
        ...weeklyOptions(asked),
        queryFn: () => weekly(db, asked, now),
        retry: false,
      }),
    ]),
  );
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <WeeklyView week={week} />
    </HydrationBoundary>
  );
}

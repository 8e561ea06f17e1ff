import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { connection } from "next/server";
import { SessionTimeline } from "@/components/timeline/session-timeline";
import { timelineOptions } from "@/lib/browser/queries/timeline";
import { makeQueryClient } from "@/lib/browser/query-client";
import { timeline } from "@/lib/reports/timeline";
import { timelineQuery } from "@/lib/schemas/results";
import { runtime } from "@/lib/server/runtime";
import { requireViewer } from "@/lib/server/viewer";

interface Props {
  params: Promise<{ id: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { id } = await params;
  return { title: `Session ${id.slice(0, 12)}` };
}

export default async function SessionPage({ params }: Props) {
  await connection();
  await requireViewer();
  const { id } = await params;
  const { pool: db } = runtime();
  const client = makeQueryClient();
  await client.prefetchQuery({
    ...timelineOptions(id),
    queryFn: () => timeline(db, id, timelineQuery.parse({}), Date.now()),
    retry: false,
  });
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <SessionTimeline id={id} />
    </HydrationBoundary>
  );
}

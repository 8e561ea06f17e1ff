import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { connection } from "next/server";
import { cache } from "react";
import { SessionTimeline } from "@/components/timeline/session-timeline";
import { timelineOptions } from "@/lib/browser/queries/timeline";
import { makeQueryClient } from "@/lib/browser/query-client";
import { timelinePreview } from "@/lib/reports/previews";
import { timeline } from "@/lib/reports/timeline";
import { timelineQuery } from "@/lib/schemas/results";
import { linkMetadata, previewOrNull } from "@/lib/server/link-preview";
import { runtime } from "@/lib/server/runtime";
import { mayView, requireViewer } from "@/lib/server/viewer";

interface Props {
  params: Promise<{ id: string }>;
}

/** Read once for the page and for what its link says of itself. */
const told = cache((id: string) =>
  timeline(runtime().pool, id, timelineQuery.parse({}), Date.now()),
);

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { id } = await params;
  const title = `Session ${id.slice(0, 12)}`;
  if (!(await mayView())) return { title };
  const preview = await previewOrNull(async () => timelinePreview(await told(id)));
  return linkMetadata(title, "session", id, preview);
}

export default async function SessionPage({ params }: Props) {
  await connection();
  await requireViewer();
  const { id } = await params;
  const client = makeQueryClient();
  await client.prefetchQuery({
    ...timelineOptions(id),
    queryFn: () => told(id),
    retry: false,
  });
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <SessionTimeline id={id} />
    </HydrationBoundary>
  );
}

import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { connection } from "next/server";
import { cache } from "react";
import { SnapshotTimeline } from "@/components/timeline/snapshot-timeline";
import { packData } from "@/lib/browser/packed-data";
import { Problem } from "@/lib/domain/problem";
import { timelinePreview } from "@/lib/reports/previews";
import { snapshot } from "@/lib/reports/snapshots";
import { AwayError, isDatabaseAway } from "@/lib/server/database-away";
import { linkMetadata, previewOrNull } from "@/lib/server/link-preview";
import { runtime } from "@/lib/server/runtime";
import { mayView, requireViewer } from "@/lib/server/viewer";

/** Read once for the page and for what its link says of itself. */
const kept = cache((id: string) => snapshot(runtime().pool, id));

interface Props {
  params: Promise<{ snapshot: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { snapshot: id } = await params;
  const title = `Snapshot ${id.slice(0, 8)}`;
  if (!(await mayView())) return { title };
  const preview = await previewOrNull(async () => timelinePreview((await kept(id)).timeline));
  return linkMetadata(title, "snapshot", id, preview);
}

export default async function SnapshotPage({ params }: Props) {
  await connection();
  await requireViewer();
  const { snapshot: id } = await params;
  return <SnapshotTimeline packed={packData(await read(id))} />;
}

async function read(id: string) {
  try {
    return await kept(id);
  } catch (error) {
    if (error instanceof Problem && error.status === 404) notFound();
    throw isDatabaseAway(error) ? new AwayError() : error;
  }
}

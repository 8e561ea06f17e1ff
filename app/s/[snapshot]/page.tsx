import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { connection } from "next/server";
import { SnapshotTimeline } from "@/components/timeline/snapshot-timeline";
import { Problem } from "@/lib/domain/problem";
import { snapshot } from "@/lib/reports/snapshots";
import { runtime } from "@/lib/server/runtime";
import { requireViewer } from "@/lib/server/viewer";

interface Props {
  params: Promise<{ snapshot: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { snapshot: id } = await params;
  return { title: `Snapshot ${id.slice(0, 8)}` };
}

export default async function SnapshotPage({ params }: Props) {
  await connection();
  await requireViewer();
  const { snapshot: id } = await params;
  return <SnapshotTimeline snapshot={await read(id)} />;
}

async function read(id: string) {
  try {
    return await snapshot(runtime().pool, id);
  } catch (error) {
    if (error instanceof Problem && error.status === 404) notFound();
    throw error;
  }
}

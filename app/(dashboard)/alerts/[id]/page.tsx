import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { connection } from "next/server";
import { cache } from "react";
import { AlertPage } from "@/components/alerts/alert-page";
import { alertOptions } from "@/lib/browser/queries/alerts";
import { makeQueryClient } from "@/lib/browser/query-client";
import { alertPreview } from "@/lib/reports/previews";
import { readAlert } from "@/lib/server/alerts";
import { linkMetadata, previewOrNull } from "@/lib/server/link-preview";
import { mayView, requireViewer } from "@/lib/server/viewer";

interface Props {
  params: Promise<{ id: string }>;
}

/** Read once for the page and for what its link says of itself. */
const told = cache((id: string) => readAlert(id));

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { id } = await params;
  if (!(await mayView())) return { title: "Alert" };
  const preview = await previewOrNull(async () => alertPreview(await told(id)));
  return linkMetadata("Alert", "alert", id, preview);
}

export default async function OneAlertPage({ params }: Props) {
  await connection();
  await requireViewer();
  const { id } = await params;
  const client = makeQueryClient();
  await client.prefetchQuery({ ...alertOptions(id), queryFn: () => told(id), retry: false });
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <AlertPage id={id} />
    </HydrationBoundary>
  );
}

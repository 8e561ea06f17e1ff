import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { connection } from "next/server";
import { AlertPage } from "@/components/alerts/alert-page";
import { alertOptions } from "@/lib/browser/queries/alerts";
import { makeQueryClient } from "@/lib/browser/query-client";
import { readAlert } from "@/lib/server/alerts";
import { requireViewer } from "@/lib/server/viewer";

export const metadata: Metadata = { title: "Alert" };

export default async function OneAlertPage({ params }: { params: Promise<{ id: string }> }) {
  await connection();
  await requireViewer();
  const { id } = await params;
  const client = makeQueryClient();
  await client.prefetchQuery({ ...alertOptions(id), queryFn: () => readAlert(id), retry: false });
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <AlertPage id={id} />
    </HydrationBoundary>
  );
}

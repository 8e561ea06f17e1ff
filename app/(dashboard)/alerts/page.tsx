import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { connection } from "next/server";
import type { SearchParams } from "nuqs/server";
import { AlertsView } from "@/components/alerts/alerts-view";
import { loadPageParams } from "@/lib/browser/page-params";
import { alertsOptions } from "@/lib/browser/queries/alerts";
import { makeQueryClient } from "@/lib/browser/query-client";
import { alertsQuery } from "@/lib/schemas/alerts";
import { listAlerts } from "@/lib/server/alerts";
import { requireViewer } from "@/lib/server/viewer";

export const metadata: Metadata = { title: "Alerts" };

export default async function AlertsPage({
  searchParams,
}: {
  searchParams: Promise<SearchParams>;
}) {
  await connection();
  await requireViewer();
  const { pool } = await loadPageParams(searchParams);
  const params = pool ? { pool } : {};
  const client = makeQueryClient();
  await client.prefetchQuery({
    ...alertsOptions(params),
    queryFn: () => listAlerts(alertsQuery.parse(params)),
  });
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <AlertsView />
    </HydrationBoundary>
  );
}

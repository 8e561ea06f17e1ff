import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { connection } from "next/server";
import type { SearchParams } from "nuqs/server";
import { AlertsView } from "@/components/alerts/alerts-view";
import { loadPageParams } from "@/lib/browser/page-params";
import {
  alertsOptions,
  channelsOptions,
  rulesOptions,
  silencesOptions,
} from "@/lib/browser/queries/alerts";
import { poolsOptions } from "@/lib/browser/queries/pools";
import { makeQueryClient } from "@/lib/browser/query-client";
import { pools } from "@/lib/reports/pools";
import { alertsQuery } from "@/lib/schemas/alerts";
import { listChannels } from "@/lib/server/alert-channels";
import { listRules } from "@/lib/server/alert-rules";
import { listAlerts, listSilences } from "@/lib/server/alerts";
import { runtime } from "@/lib/server/runtime";
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
  const { tab } = await searchParams;
  // The tab that is open, and what stands around it.
  const ofTab = () => {
    if (tab === "rules") return client.prefetchQuery({ ...rulesOptions(), queryFn: listRules });
    if (tab === "channels")
      return client.prefetchQuery({ ...channelsOptions(), queryFn: listChannels });
    if (tab === "silences")
      return client.prefetchQuery({ ...silencesOptions(), queryFn: listSilences });
  };
  await Promise.all([
    client.prefetchQuery({
      ...alertsOptions(params),
      queryFn: () => listAlerts(alertsQuery.parse(params)),
    }),
    client.prefetchQuery({
      ...poolsOptions(),
      queryFn: () => pools(runtime().pool, Date.now()),
    }),
    ofTab(),
  ]);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <AlertsView />
    </HydrationBoundary>
  );
}

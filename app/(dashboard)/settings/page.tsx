import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { connection } from "next/server";
import { SettingsView } from "@/components/settings/settings-view";
import { poolsOptions } from "@/lib/browser/queries/pools";
import { keysOptions, settingsOptions } from "@/lib/browser/queries/settings";
import { objectivesOptions } from "@/lib/browser/queries/weekly";
import { makeQueryClient } from "@/lib/browser/query-client";
import { objectives } from "@/lib/reports/objectives";
import { pools } from "@/lib/reports/pools";
import { runtime } from "@/lib/server/runtime";
import { settings } from "@/lib/server/settings";
import { requireViewer } from "@/lib/server/viewer";

export const metadata: Metadata = { title: "Settings" };

export default async function SettingsPage() {
  await connection();
  await requireViewer();
  const { pool: db, ingestKeys } = runtime();
  const client = makeQueryClient();
  await Promise.all([
    client.prefetchQuery({ ...settingsOptions(), queryFn: settings }),
    client.prefetchQuery({
      ...keysOptions(),
      queryFn: async () => ({ items: await ingestKeys.list() }),
    }),
    client.prefetchQuery({ ...objectivesOptions(), queryFn: () => objectives(db) }),
    client.prefetchQuery({ ...poolsOptions(), queryFn: () => pools(db, Date.now()) }),
  ]);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <SettingsView />
    </HydrationBoundary>
  );
}

import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { connection } from "next/server";
import { SourcesBoard } from "@/components/sources/sources-board";
import { sourcesOptions } from "@/lib/browser/queries/sources";
import { makeQueryClient } from "@/lib/browser/query-client";
import { formats } from "@/lib/formats/registry";
import { sources } from "@/lib/reports/sources";
import { originOf } from "@/lib/server/origin";
import { runtime } from "@/lib/server/runtime";
import { requireViewer } from "@/lib/server/viewer";

export const metadata: Metadata = { title: "Sources" };

export default async function SourcesPage() {
  await connection();
  await requireViewer();
  const { config, prisma, pool } = runtime();
  const client = makeQueryClient();
  await client.prefetchQuery({
    ...sourcesOptions(),
    queryFn: () => sources(prisma, pool, Date.now()),
  });
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <SourcesBoard
        formats={formats.map(({ name, aliases, title, formatString }) => ({
          name,
          aliases,
          title,
          formatString,
        }))}
        origin={await originOf()}
        syslogPort={config.syslogPort}
      />
    </HydrationBoundary>
  );
}

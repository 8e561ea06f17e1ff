import type { Metadata } from "next";
import { connection } from "next/server";
import { SourcesBoard } from "@/components/sources/sources-board";
import { formats } from "@/lib/formats/registry";
import { originOf } from "@/lib/server/origin";
import { runtime } from "@/lib/server/runtime";
import { requireViewer } from "@/lib/server/viewer";

export const metadata: Metadata = { title: "Sources" };

export default async function SourcesPage() {
  await connection();
  await requireViewer();
  const { syslogPort } = runtime().config;
  return (
    <SourcesBoard
      formats={formats.map(({ name, aliases, title, formatString }) => ({
        name,
        aliases,
        title,
        formatString,
      }))}
      origin={await originOf()}
      syslogPort={syslogPort}
    />
  );
}

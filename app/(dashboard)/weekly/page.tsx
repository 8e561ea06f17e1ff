import { redirect } from "next/navigation";
import { connection } from "next/server";
import type { SearchParams } from "nuqs/server";
import { carriedHref } from "@/lib/browser/page-params";
import { lastFullWeek } from "@/lib/domain/weeks";
import { requireViewer } from "@/lib/server/viewer";

/** The last week that is over. */
export default async function WeeklyPage({
  searchParams,
}: {
  searchParams: Promise<SearchParams>;
}) {
  await connection();
  await requireViewer();
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(await searchParams))
    if (typeof value === "string") given.set(name, value);
  redirect(carriedHref(`/weekly/${lastFullWeek(Date.now()).name}`, given));
}

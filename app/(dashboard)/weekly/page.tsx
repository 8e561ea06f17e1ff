import { redirect } from "next/navigation";
import { connection } from "next/server";
import type { SearchParams } from "nuqs/server";
import { carriedHref } from "@/lib/browser/page-params";
import { weekToReview } from "@/lib/reports/week-to-review";
import { runtime } from "@/lib/server/runtime";
import { requireViewer } from "@/lib/server/viewer";

/** The last week that is over; where nothing is known of it, that of the newest request. */
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
  const pool = given.get("pool") || undefined;
  const week = await weekToReview(runtime().pool, pool, Date.now());
  redirect(carriedHref(`/weekly/${week.name}`, given));
}

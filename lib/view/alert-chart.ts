import { type Cause, causes } from "@/lib/domain/causes";
import type { AlertContent } from "@/lib/schemas/alerts";
import type { ChartRow } from "./overview";

/** Bounces by cause around an alert's onset, minute by minute, the most frequent cause first. */
export function alertChart(content: AlertContent): { rows: ChartRow[]; shown: Cause[] } {
  const totals = new Map<Cause, number>();
  for (const { byCause } of content.series)
    for (const cause of causes) totals.set(cause, (totals.get(cause) ?? 0) + (byCause[cause] ?? 0));
  const shown = causes
    .filter((cause) => (totals.get(cause) ?? 0) > 0)
    .sort((a, b) => (totals.get(b) ?? 0) - (totals.get(a) ?? 0));
  const rows = content.series.map((minute) => ({
    at: Date.parse(minute.at),
    silent: false,
    values: Object.fromEntries(shown.map((cause) => [cause, minute.byCause[cause] ?? 0])),
    previous: null,
  }));
  return { rows, shown };
}

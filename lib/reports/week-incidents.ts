import type { Week } from "@/lib/domain/weeks";
import { severitySchema } from "@/lib/schemas/alert";
import { alertContentSchema, historySchema } from "@/lib/schemas/alerts";
import { causeSchema } from "@/lib/schemas/common";
import type { Weekly } from "@/lib/schemas/weekly";
import type { Queryable } from "@/lib/store/query";
import { windowAlerts } from "@/lib/store/read/window-alerts";
import { iso } from "@/lib/view/range";
import { round } from "./wire";

type Incident = Weekly["incidents"]["items"][number];
const listed = 12;

// What an older version wrote and this one cannot read says nothing; it is not guessed.
const contentOf = alertContentSchema.nullable().catch(null);
const notesOf = historySchema.catch([]);
const causeOf = causeSchema.nullable().catch(null);

/**
 * The incidents that began in a week, those with the most affected sessions
 * first, with the mean times until they were known, taken in hand, and over.
 * They are reckoned from when the first of it happened. One that was over before
 * its lines came could not be detected in time, nor late: it has no such time.
 */
export async function weekIncidents(
  db: Queryable,
  pool: string | null,
  { from, to }: Week,
): Promise<Weekly["incidents"]> {
  const rows = await windowAlerts(db, { pools: pool === null ? null : [pool], from, to });
  const items = rows.map(incidentOf);
  return {
    total: items.length,
    unacknowledged: items.filter(({ acknowledgedMs }) => acknowledgedMs === null).length,
    detected: items.filter(({ detectedMs }) => detectedMs !== null).length,
    detectMs: mean(items, (item) => item.detectedMs),
    acknowledgeMs: mean(items, (item) => item.acknowledgedMs),
    recoverMs: mean(items, (item) => item.lastedMs),
    items: items
      .sort((a, b) => (b.affectedSessions ?? 0) - (a.affectedSessions ?? 0))
      .slice(0, listed),
  };
}

type Row = Awaited<ReturnType<typeof windowAlerts>>[number];

function incidentOf(row: Row): Incident {
  const content = contentOf.parse(row.content);
  const onset = content ? Math.min(Date.parse(content.onset), row.since) : row.since;
  const known = notesOf.parse(row.history).find(({ what }) => what === "firing");
  const knownAt = known ? Date.parse(known.notedAt) : null;
  const foundOver = knownAt !== null && row.ended_at !== null && row.ended_at <= knownAt;
  const after = (at: number | null, start: number | null) =>
    at === null || start === null ? null : round(Math.max(0, at - start), 9);
  return {
    id: row.id,
    pool: row.pool,
    title: row.title,
    severity: severitySchema.parse(row.severity),
    cause: causeOf.parse(row.cause),
    since: iso(onset),
    detectedMs: foundOver ? null : after(knownAt, onset),
    acknowledgedMs: after(row.acknowledged_at, knownAt),
    lastedMs: row.state === "resolved" ? after(row.ended_at, onset) : null,
    affectedSessions: content?.affectedSessions ?? null,
    lostSessions: content?.lostSessions ?? null,
    corrected: row.corrected,
  };
}

function mean(items: Incident[], of: (item: Incident) => number | null): number | null {
  const known = items.map(of).filter((ms) => ms !== null);
  return known.length === 0
    ? null
    : round(known.reduce((sum, ms) => sum + ms, 0) / known.length, 9);
}

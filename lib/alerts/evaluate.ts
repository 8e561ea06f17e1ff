import type { Pool } from "pg";
import { reconcile } from "@/lib/domain/alerts/reconcile";
import type { Alert } from "@/lib/schemas/alert";
import { markLooked } from "@/lib/store/alerts/clocks";
import { alertsSince, asLeader, type PrismaClient } from "@/lib/store/alerts/rows";
import { announce } from "./announce";
import { channelOf } from "./channels/registry";
import type { Looker, OpenAlerts } from "./look";
import { alertOf, readRules, type StoredAlert, silenceOf, storedAlert } from "./stored";
import { carryOut, type Desk } from "./write";

export interface Evaluated {
  /** Alerts that changed, as they are now. */
  changed: Alert[];
  /** Pending alerts that came to nothing. */
  dropped: number;
  /** Whether there is something to send. */
  toSend: boolean;
}

/** Alerts that ended within this before what is looked at may still be corrected. */
const correctableMs = 9 * 24 * 3_600_000;

/**
 * Looks at what came in, brings the alerts up to date and puts into the outbox
 * what the channels have not heard. One process at a time does so; null where
 * another is at it.
 */
export async function evaluate(
  db: Pool,
  prisma: PrismaClient,
  looker: Looker,
  now: number,
): Promise<Evaluated | null> {
  return await asLeader(prisma, async (rows) => {
    const [rules, silenceRows, channelRows, sources, alertRows] = await Promise.all([
      readRules(rows),
      rows.alertSilence.findMany({ where: { untilAt: { gt: new Date(now) } } }),
      rows.alertChannel.findMany({}),
      rows.source.findMany({ select: { lb: true, pool: true, format: true } }),
      alertsSince(rows, now - correctableMs),
    ]);
    const alerts = alertRows.map(storedAlert);
    const open = new Map<string, OpenAlerts>();
    for (const { pool, state, subject, since } of alerts) {
      if (pool === null || state === "resolved") continue;
      const own = open.get(pool) ?? { subjects: new Set(), since };
      own.subjects.add(subject);
      open.set(pool, { ...own, since: Math.min(own.since, since) });
    }
    const look = await looker.look(db, rules, open, now);
    const desk: Desk = {
      db,
      rows,
      names: look.names,
      sources,
      silences: silenceRows.map(silenceOf),
      channels: channelRows.map(channelOf),
      now,
    };
    const known = new Map(alerts.map((alert) => [alert.id, alert]));
    const touched = new Map<string, StoredAlert>();
    let dropped = 0;
    for (const { pool, speaksOf, found, looked } of look.looked) {
      const own = alerts.filter((alert) => alert.pool === pool && speaksOf(alert.subject));
      for (const step of reconcile(own, found, looked)) {
        const before = "id" in step ? known.get(step.id) : undefined;
        const after = await carryOut(desk, step, known, looked.clock);
        if (after === null) dropped += 1;
        else if (after !== before) {
          // A pending alert that fired and ended at once takes two steps.
          known.set(after.id, after);
          touched.set(after.id, after);
        }
      }
    }
    let toSend = false;
    const changed: Alert[] = [];
    for (const alert of known.values()) {
      const said = await announce(desk, alert);
      toSend ||= said;
      if (said || touched.has(alert.id)) changed.push(alertOf(alert, desk.silences, now));
    }
    const { pools, clocks, dirty } = look.clocks;
    if (pools.length > 0) await markLooked(db, { pools, clocks, dirty });
    return { changed, dropped, toSend };
  });
}

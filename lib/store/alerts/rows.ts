import type { EpochMs } from "@/lib/domain/facts";
import { type Alert, Prisma, type PrismaClient } from "@/prisma/client/client";

export type {
  Alert as AlertRow,
  AlertChannel as ChannelRow,
  AlertNotification as DeliveryRow,
  AlertSilence as SilenceRow,
  PrismaClient,
} from "@/prisma/client/client";

/** Either the client itself or a transaction of it. */
export type Rows = Omit<
  PrismaClient,
  "$connect" | "$disconnect" | "$on" | "$transaction" | "$use" | "$extends"
>;

const evaluationLock = 7_203_115;

/**
 * Runs `work` in a transaction, if no other process does so just now; answers
 * null otherwise. The lock goes with the transaction, also after a crash.
 */
export async function asLeader<T>(
  prisma: PrismaClient,
  work: (rows: Rows) => Promise<T>,
): Promise<T | null> {
  return await prisma.$transaction(
    async (rows) => {
      const [got] = await rows.$queryRaw<{ locked: boolean }[]>`
        SELECT pg_try_advisory_xact_lock(${evaluationLock}) AS locked`;
      return got?.locked === true ? await work(rows) : null;
    },
    { timeout: 60_000, maxWait: 5_000 },
  );
}

export function jsonOrNull(value: unknown): Prisma.InputJsonValue | typeof Prisma.DbNull {
  return value === null || value === undefined ? Prisma.DbNull : json(value);
}

/** A value that JSON can hold, as Prisma takes it. */
export function json(value: unknown): Prisma.InputJsonValue {
  return JSON.parse(JSON.stringify(value));
}

/* Rules */

/** The rules in their order; those of the first start where none were ever kept. */
export async function keptRules(rows: Rows): Promise<{ id: string; body: unknown }[]> {
  return await rows.alertRule.findMany({ orderBy: { place: "asc" } });
}

/** Puts these rules in the place of all. */
export async function putRules(
  rows: Rows,
  rules: readonly { id: string }[],
  now: EpochMs,
): Promise<void> {
  await rows.alertRule.deleteMany({});
  await rows.alertRule.createMany({
    data: rules.map((rule, place) => ({
      id: rule.id,
      place,
      body: json(rule),
      updatedAt: new Date(now),
    })),
  });
}

/** Enters the rules of a first start, once: who removed them all does not get them back. */
export async function enterFirstRules(
  prisma: PrismaClient,
  rules: readonly { id: string }[],
  now: EpochMs,
): Promise<void> {
  await prisma.$transaction(async (rows) => {
    const { count } = await rows.setting.createMany({
      data: [{ key: "alert_rules_entered", value: true }],
      skipDuplicates: true,
    });
    if (count > 0) await putRules(rows, rules, now);
  });
}

/* Alerts */

/** Alerts of a pool (null: of no pool) that are open, or ended after the moment. */
export async function alertsSince(rows: Rows, endedAfter: EpochMs): Promise<Alert[]> {
  return await rows.alert.findMany({
    where: { OR: [{ state: { not: "resolved" } }, { endedAt: { gte: new Date(endedAfter) } }] },
  });
}

/** The newest alerts, those that go on first. */
export async function newestAlerts(
  rows: Rows,
  pool: string | null,
  most: number,
): Promise<Alert[]> {
  const where = pool === null ? {} : { pool };
  const [open, over] = await Promise.all([
    rows.alert.findMany({
      where: { ...where, state: { not: "resolved" } },
      orderBy: [{ since: "desc" }, { id: "asc" }],
      take: most,
    }),
    rows.alert.findMany({
      where: { ...where, state: "resolved" },
      orderBy: [{ since: "desc" }, { id: "asc" }],
      take: most,
    }),
  ]);
  return [...open, ...over];
}

/** The alert of this id with its deliveries, newest last. */
export async function alertById(rows: Rows, id: string) {
  return await rows.alert.findUnique({
    where: { id },
    include: { notifications: { orderBy: { id: "asc" } } },
  });
}

export async function dropAlertsBefore(rows: Rows, before: EpochMs): Promise<number> {
  const { count } = await rows.alert.deleteMany({
    where: { state: "resolved", endedAt: { lt: new Date(before) } },
  });
  return count;
}

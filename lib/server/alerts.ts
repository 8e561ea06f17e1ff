import { randomBytes } from "node:crypto";
import type { z } from "zod";
import { deliverDue } from "@/lib/alerts/deliver";
import { evaluate } from "@/lib/alerts/evaluate";
import { Looker } from "@/lib/alerts/look";
import { Pace } from "@/lib/alerts/pace";
import { arranged, runbook } from "@/lib/alerts/runbooks";
import { alertOf, type StoredAlert, silenceOf, storedAlert } from "@/lib/alerts/stored";
import { update } from "@/lib/alerts/write";
import { firstRules } from "@/lib/domain/alerts/rule";
import { Problem } from "@/lib/domain/problem";
import type { Alert } from "@/lib/schemas/alert";
import type {
  AlertDetail,
  AlertList,
  alertActionSchema,
  alertsQuery,
  Silence,
  silenceInputSchema,
} from "@/lib/schemas/alerts";
import type { StreamEvent } from "@/lib/schemas/stream";
import { markDirty } from "@/lib/store/alerts/clocks";
import {
  alertById,
  dropAlertsBefore,
  enterFirstRules,
  newestAlerts,
} from "@/lib/store/alerts/rows";
import { baseUrl, deliveryOf, send } from "./alert-sending";
import { publish } from "./live";
import { counter, histogram } from "./metrics";
import { watchRulesFile } from "./rules-file";
import { type Runtime, runtime } from "./runtime";

const key = Symbol.for("hopwatch.alerts");
const everyMs = 10_000;
/** After a commit the next look comes this soon, and no sooner than it may by its pace. */
const soonMs = 1_500;
const deliverEveryMs = 2_000;
const dayMs = 24 * 3_600_000;

/** What looks at the facts and tells the channels, in this process. */
class Watchman {
  private readonly looker: Looker;
  private readonly dirty = new Map<string, number>();
  private readonly timers: NodeJS.Timeout[] = [];
  private soon: NodeJS.Timeout | null = null;
  private looking: Promise<void> | null = null;
  private sending: Promise<void> | null = null;
  private stopped = false;
  private keptHouseAt = 0;
  private restUntil = 0;
  private readonly pace = new Pace();

  constructor(private readonly runtime: Runtime) {
    this.looker = new Looker(Date.now());
  }

  start(): void {
    // Elsewhere it only notes what to look at.
    if (!this.isWorker) return;
    this.timers.push(setInterval(() => this.look(), everyMs));
    this.timers.push(setInterval(() => this.send(), deliverEveryMs));
    this.look();
  }

  private get isWorker(): boolean {
    return this.runtime.config.roles.has("worker");
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers) clearInterval(timer);
    if (this.soon) clearTimeout(this.soon);
    await this.looking;
    await this.sending;
  }

  /** Facts of these pools were written, or judged anew, from this time on. */
  touched(pools: readonly string[], from: number): void {
    for (const pool of pools)
      this.dirty.set(pool, Math.min(from, this.dirty.get(pool) ?? Number.POSITIVE_INFINITY));
    this.lookSoon();
  }

  lookSoon(): void {
    if (this.stopped || this.soon) return;
    this.soon = setTimeout(
      () => {
        this.soon = null;
        this.look();
      },
      Math.max(soonMs, this.restUntil - Date.now()),
    );
    this.soon.unref();
  }

  private look(): void {
    if (this.stopped || this.looking || Date.now() < this.restUntil) return;
    const began = performance.now();
    const oldestAt = this.dirty.size === 0 ? null : Math.min(...this.dirty.values());
    this.looking = this.lookOnce()
      .catch((error: unknown) => {
        counter({ name: "hopwatch_alert_failures_total", help: "Evaluations that failed" }).inc();
        this.runtime.log.error({ err: error }, "evaluating the rules failed; it is tried again");
      })
      .finally(() => {
        this.looking = null;
        const now = Date.now();
        this.restUntil = now + this.pace.restAfter(performance.now() - began, oldestAt, now);
        // What came in meanwhile is looked at next.
        if (this.dirty.size > 0) this.lookSoon();
      });
  }

  private async lookOnce(): Promise<void> {
    const { pool, prisma, config } = this.runtime;
    const marks = [...this.dirty];
    this.dirty.clear();
    try {
      if (marks.length > 0)
        await markDirty(pool, {
          pools: marks.map(([name]) => name),
          froms: marks.map(([, from]) => from),
        });
    } catch (error) {
      for (const [name, from] of marks) this.touched([name], from);
      throw error;
    }
    if (!this.isWorker) return;
    const now = Date.now();
    const began = performance.now();
    const done = await evaluate(pool, prisma, this.looker, now);
    if (done === null) return;
    histogram({
      name: "hopwatch_alert_evaluation_seconds",
      help: "How long an evaluation of all rules took",
      buckets: [0.01, 0.03, 0.1, 0.3, 1, 3],
    }).observe((performance.now() - began) / 1000);
    tellPages(done.changed);
    if (done.toSend) this.send();
    if (now - this.keptHouseAt > dayMs) {
      this.keptHouseAt = now;
      await dropAlertsBefore(prisma, now - config.resultRetentionDays * dayMs);
    }
  }

  send(): void {
    if (this.stopped || this.sending) return;
    this.sending = this.sendAll()
      .catch((error: unknown) =>
        this.runtime.log.error({ err: error }, "telling the channels failed; it is tried again"),
      )
      .finally(() => {
        this.sending = null;
      });
  }

  private async sendAll(): Promise<void> {
    const { pool, prisma } = this.runtime;
    const options = { now: () => Date.now(), baseUrl: baseUrl(this.runtime) };
    for (;;) {
      const { taken, alerts } = await deliverDue(pool, prisma, send, options);
      if (taken === 0 || this.stopped) return;
      counter({ name: "hopwatch_alert_deliveries_total", help: "Words tried on channels" }).inc(
        taken,
      );
      // Open pages show what became of the deliveries.
      const silences = await activeSilences();
      for (const id of alerts) {
        const row = await alertById(prisma, id);
        if (row) tellPages([alertOf(storedAlert(row), silences, Date.now())]);
      }
    }
  }
}

function tellPages(alerts: readonly Alert[]): void {
  if (alerts.length > 0) publish(alerts.map((alert): StreamEvent => ({ type: "alert", alert })));
}

let running: Watchman | null = null;
let stopWatching: (() => Promise<void>) | null = null;

export async function startAlerts(current: Runtime): Promise<void> {
  await enterFirstRules(current.prisma, firstRules, Date.now());
  const watch = new Watchman(current);
  running = watch;
  stopWatching = await watchRulesFile(current, () => watch.lookSoon());
  watch.start();
  Reflect.set(globalThis, key, watch);
}

/** Finishes the look and the tries that are under way; what waits is told after the next start. */
export async function stopAlerts(): Promise<void> {
  Reflect.deleteProperty(globalThis, key);
  await stopWatching?.();
  stopWatching = null;
  await running?.stop();
  running = null;
}

function watchman(): Watchman | undefined {
  return Reflect.get(globalThis, key);
}

/** Facts of these pools changed from this time on: the rules are looked at soon. */
export function alertsTouched(pools: readonly string[], from: number): void {
  watchman()?.touched(pools, from);
}

/** Something that the rules, or whom they tell, depend on is other now. */
export function lookSoon(): void {
  watchman()?.lookSoon();
}

/* What the interface asks and changes */

async function activeSilences(): Promise<Silence[]> {
  const rows = await runtime().prisma.alertSilence.findMany({
    where: { untilAt: { gt: new Date() } },
    orderBy: { untilAt: "asc" },
  });
  return rows.map(silenceOf);
}

const order = { firing: 0, pending: 1, acknowledged: 2, silenced: 3, resolved: 4 };
const mostAlerts = 1000;

/** Alerts by state, then the newest first; `counts` are of all states. */
export async function listAlerts(query: z.output<typeof alertsQuery>): Promise<AlertList> {
  const [rows, silences] = await Promise.all([
    newestAlerts(runtime().prisma, query.pool ?? null, mostAlerts),
    activeSilences(),
  ]);
  const now = Date.now();
  const all = rows.map((row) => alertOf(storedAlert(row), silences, now));
  const counts = { pending: 0, firing: 0, acknowledged: 0, silenced: 0, resolved: 0 };
  for (const { state } of all) counts[state] += 1;
  const wanted = all
    .filter(({ state }) => query.status === undefined || state === query.status)
    .sort((a, b) => order[a.state] - order[b.state] || Date.parse(b.since) - Date.parse(a.since));
  const start = Number(query.cursor ?? 0);
  if (!Number.isInteger(start) || start < 0)
    throw new Problem(400, "Cursor not understood", "Ask without one to begin anew.");
  const end = start + query.limit;
  return {
    items: wanted.slice(start, end),
    nextCursor: end < wanted.length ? String(end) : null,
    counts,
  };
}

function unknownAlert(id: string): Problem {
  return new Problem(404, "There is no such alert", `No alert has the id "${id}".`);
}

/** @throws Problem 404 */
export async function readAlert(id: string): Promise<AlertDetail> {
  const row = await alertById(runtime().prisma, id);
  if (!row) throw unknownAlert(id);
  const alert = storedAlert(row);
  const book = alert.content?.runbook ?? null;
  const markdown = book ? await runbook(book.name, runtime().config.runbooks) : null;
  return {
    ...alertOf(alert, await activeSilences(), Date.now()),
    content: alert.content,
    runbook: markdown === null ? null : arranged(markdown, book?.balancer ?? null),
    history: alert.history,
    deliveries: row.notifications.map(deliveryOf),
  };
}

async function change(
  id: string,
  make: (alert: StoredAlert, now: number) => Parameters<typeof update>[2] | null,
  what: "acknowledged" | "closed",
  { by, note }: z.output<typeof alertActionSchema>,
): Promise<Alert> {
  const { prisma } = runtime();
  const now = Date.now();
  const row = await prisma.$transaction(async (rows) => {
    // The evaluation must not write over what somebody does at the same moment.
    await rows.$queryRaw`SELECT FROM alerts WHERE id = ${id} FOR UPDATE`;
    const found = await rows.alert.findUnique({ where: { id } });
    if (!found) throw unknownAlert(id);
    const alert = storedAlert(found);
    const data = make(alert, now);
    if (data === null) return alert;
    const at = new Date(now).toISOString();
    const entry = { at, notedAt: at, what, by: by ?? null, note: note ?? null };
    return await update({ rows, now }, alert, data, [entry]);
  });
  const told = alertOf(row, await activeSilences(), now);
  tellPages([told]);
  // The channels hear of it at the next look, which comes soon.
  watchman()?.lookSoon();
  return told;
}

/** Somebody looks after it. @throws Problem 404, 409 when it is over. */
export async function acknowledge(
  id: string,
  action: z.output<typeof alertActionSchema>,
): Promise<Alert> {
  return await change(
    id,
    (alert, now) => {
      if (alert.state === "resolved")
        throw new Problem(409, "The alert is over", "What is resolved cannot be acknowledged.");
      return alert.acknowledged
        ? null
        : { acknowledgedAt: new Date(now), acknowledgedBy: action.by ?? null };
    },
    "acknowledged",
    action,
  );
}

/** Closes it by hand: it stays closed until it has been over and begins anew. @throws Problem 404 */
export async function closeAlert(
  id: string,
  action: z.output<typeof alertActionSchema>,
): Promise<Alert> {
  return await change(
    id,
    (alert, now) =>
      alert.state === "resolved"
        ? null
        : { state: "resolved", closedByHand: true, endedAt: new Date(now) },
    "closed",
    action,
  );
}

export async function listSilences(): Promise<{ items: Silence[]; nextCursor: null }> {
  return { items: await activeSilences(), nextCursor: null };
}

/** @throws Problem 404 for an alert that is not there, 422 for a time that is over. */
export async function addSilence(input: z.output<typeof silenceInputSchema>): Promise<Silence> {
  const { prisma } = runtime();
  const now = Date.now();
  const from = input.from ? Date.parse(input.from) : now;
  const until = Date.parse(input.until);
  if (until <= Math.max(from, now)) {
    const message = "must lie after the beginning, and after now";
    throw new Problem(422, "The silence would be over", `until: ${message}`, {
      errors: [{ path: "until", message }],
    });
  }
  let { pool, subject } = input;
  if (input.alertId) {
    const alert = await alertById(prisma, input.alertId);
    if (!alert) throw unknownAlert(input.alertId);
    pool = alert.pool;
    subject = alert.subject;
  }
  const row = await prisma.alertSilence.create({
    data: {
      id: randomBytes(6).toString("hex"),
      fromAt: new Date(from),
      untilAt: new Date(until),
      pool: pool ?? null,
      subject: subject ?? null,
      rule: input.rule ?? null,
      severity: input.severity ?? null,
      reason: input.reason ?? null,
      author: input.by ?? null,
      createdAt: new Date(now),
    },
  });
  await tellOpen();
  return silenceOf(row);
}

/** @throws Problem 404 */
export async function endSilence(id: string): Promise<void> {
  const { count } = await runtime().prisma.alertSilence.deleteMany({ where: { id } });
  if (count === 0)
    throw new Problem(404, "There is no such silence", `No silence has the id "${id}".`);
  await tellOpen();
}

/** What is silenced, and what no longer is, shows at once. */
async function tellOpen(): Promise<void> {
  const rows = await runtime().prisma.alert.findMany({ where: { state: { not: "resolved" } } });
  const silences = await activeSilences();
  tellPages(rows.map((row) => alertOf(storedAlert(row), silences, Date.now())));
  watchman()?.lookSoon();
}

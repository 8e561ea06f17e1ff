import type pg from "pg";
import { DatabaseError } from "pg";
import type { EpochMs } from "@/lib/domain/facts";
import { requestKey } from "./by-session";
import { withTransaction } from "./database";
import { placementOf } from "./distribution";
import { onCluster, onOneMachine } from "./on-cluster";
import type { Queryable } from "./query";

/** The tables of facts, each divided by time. */
export const partitionedTables = [
  "request_rows",
  "session_events",
  "request_correlations",
  "event_correlations",
] as const;

const dayMs = 86_400_000;
/** Whole months this far back get one partition each, so that an import of years does not make thousands. */
const dailyDays = 60;
/** What PostgreSQL says of a row for which there is none: that it breaks a rule; on a cluster a shard's refusal of a copied row has no code. */
const noPartition: readonly (string | undefined)[] = ["23514", "XX000"];
/** Guards the making and dropping of partitions between processes. */
export const partitionLock = 4_673_925_002;

/** A partition's time, `[from, to)`, and the ending of its name: `20261121` or `202611`. */
export interface Span {
  suffix: string;
  from: EpochMs;
  to: EpochMs;
}

function daySpan(at: EpochMs): Span {
  const from = Math.floor(at / dayMs) * dayMs;
  return {
    suffix: new Date(from).toISOString().slice(0, 10).replaceAll("-", ""),
    from,
    to: from + dayMs,
  };
}

function monthSpan(at: EpochMs): Span {
  const date = new Date(at);
  const from = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  const to = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
  return { suffix: new Date(from).toISOString().slice(0, 7).replace("-", ""), from, to };
}

function spanOf(suffix: string): Span | null {
  const parts = /^(\d{4})(\d\d)(\d\d)?$/.exec(suffix);
  if (!parts) return null;
  const at = Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3] ?? 1));
  return parts[3] === undefined ? monthSpan(at) : daySpan(at);
}

function covers(spans: Span[], at: EpochMs): Span | undefined {
  return spans.find((span) => span.from <= at && at < span.to);
}

/** The partitions that are missing to hold every moment from `from` to `to`, both included. */
export function missingSpans(existing: Span[], from: EpochMs, to: EpochMs, now: EpochMs): Span[] {
  const spans = [...existing];
  const missing: Span[] = [];
  let at = daySpan(from).from;
  while (at <= to) {
    let span = covers(spans, at);
    if (!span) {
      const month = monthSpan(at);
      const free = !spans.some((other) => other.from < month.to && month.from < other.to);
      span = free && month.to <= now - dailyDays * dayMs ? month : daySpan(at);
      spans.push(span);
      missing.push(span);
    }
    at = span.to;
  }
  return missing;
}

/** Which days are known to have their partitions, per pool: the hot path must not ask the catalog for each batch. */
const seen = new WeakMap<pg.Pool, Set<number>>();
/** The same of days that facts are about to be written for, which is noted. */
const awaiting = new WeakMap<pg.Pool, Set<number>>();

function daysOf(from: EpochMs, to: EpochMs): number[] {
  const days: number[] = [];
  for (let day = Math.floor(from / dayMs); day <= Math.floor(to / dayMs); day++) days.push(day);
  return days;
}

/** The partitions of a table of facts. */
export async function partitionSpans(client: pg.ClientBase, table: string): Promise<Span[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT child.relname AS name FROM pg_inherits
     JOIN pg_class child ON child.oid = inhrelid
     WHERE inhparent = $1::regclass`,
    [table],
  );
  return rows.flatMap(({ name }) => spanOf(name.slice(table.length + 1)) ?? []);
}

/**
 * Sees to it that facts of a day find their partitions, and still do when house is kept before they are written, however
 * long ago the day was. Costs nothing when this pool was used for that before.
 */
export async function makeRoom(pool: pg.Pool, at: EpochMs, now: EpochMs): Promise<void> {
  const days = daysOf(at, at);
  const done = awaiting.get(pool) ?? new Set();
  awaiting.set(pool, done);
  if (days.every((day) => done.has(day))) return;
  await withTransaction(pool, async (client) => {
    await attachMissing(client, at, at, now);
    await noteWritten(client, days, now);
  });
  for (const day of days) done.add(day);
}

/** Whether a write failed since its partition is not there: another process dropped it, and room is to be made anew. */
export function lacksPartition(error: unknown, pool: pg.Pool): boolean {
  const isLacking =
    error instanceof DatabaseError &&
    noPartition.includes(error.code) &&
    error.message.startsWith("no partition of relation");
  if (isLacking) forgetDays(pool);
  return isLacking;
}

function forgetDays(pool: pg.Pool): void {
  seen.delete(pool);
  awaiting.delete(pool);
}

/**
 * Sees to it that facts from `from` to `to` (both included) find a partition in every table of facts. Costs nothing when
 * this process has seen to these days before. Runs in a transaction of its own, and attaches rather than creates the
 * partitions in place: so neither readers nor writers of the tables are held up.
 */
export async function ensurePartitions(
  pool: pg.Pool,
  from: EpochMs,
  to: EpochMs,
  now: EpochMs,
): Promise<void> {
  if (!Number.isFinite(from) || !Number.isFinite(to) || to < from)
    throw new RangeError(`No range of time: ${from} to ${to}`);
  const done = seen.get(pool) ?? new Set();
  seen.set(pool, done);
  const days = daysOf(from, to).filter((day) => !done.has(day));
  const first = days[0];
  const last = days.at(-1);
  if (first === undefined || last === undefined) return;
  await withTransaction(pool, (client) => attachMissing(client, first * dayMs, last * dayMs, now));
  for (const day of days) done.add(day);
}

async function attachMissing(
  client: pg.ClientBase,
  from: EpochMs,
  to: EpochMs,
  now: EpochMs,
): Promise<void> {
  await client.query("SELECT pg_advisory_xact_lock($1)", [partitionLock]);
  for (const table of partitionedTables) {
    const existing = await partitionSpans(client, table);
    for (const span of missingSpans(existing, from, to, now)) {
      const name = `${table}_${span.suffix}`;
      const [start, end] = [span.from, span.to].map((at) => new Date(at).toISOString());
      await client.query(`CREATE TABLE ${name} (LIKE ${table} INCLUDING ALL)`);
      if (table === "request_rows") await makeKey(client, name);
      await client.query(
        `ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES FROM ('${start}') TO ('${end}')`,
      );
    }
  }
}

/** Gives a partition of requests its key, where its table has none: on a cluster that holds all partitions. */
async function makeKey(client: pg.ClientBase, partition: string): Promise<void> {
  const { rows } = await client.query(
    "SELECT FROM pg_index WHERE indrelid = $1::text::regclass AND indisprimary",
    [partition],
  );
  if (rows.length === 0)
    await client.query(
      `${onOneMachine} CREATE UNIQUE INDEX ${partition}_key ON ${partition} (${requestKey})`,
    );
}

export interface Retention {
  /** Days that requests, session events and rejected lines are kept. */
  factDays: number;
  /** Days that sessions, bounces, losses, changes and rollups are kept. */
  resultDays: number;
}

/** Nobody asks for a source's pauses, or looks for its incidents, longer ago than this. */
const stepDays = 9;

const resultColumns = [
  ["sessions", "last_seen"],
  ["bounces", "at"],
  ["losses", "at"],
  ["changes", "at"],
  ["change_verdicts", "at"],
  ["node_minutes", "minute"],
  ["node_spans", "at"],
  ["latency_spans", "at"],
  ["session_spans", "at"],
  ["node_session_spans", "at"],
  ["bounce_spans", "at"],
  ["move_spans", "at"],
  ["source_minutes", "minute"],
] as const;

/** Notes that facts of these days (days since 1970) were written. */
export async function noteWritten(
  client: pg.ClientBase,
  days: readonly number[],
  now: EpochMs,
): Promise<void> {
  if (days.length === 0) return;
  await client.query(
    `INSERT INTO fact_days AS t (day, written)
     SELECT w.day, $2 FROM unnest($1::date[]) AS w (day) ORDER BY w.day
     ON CONFLICT (day) DO UPDATE SET written = excluded.written
     WHERE t.written < excluded.written - interval '1 minute'`,
    [
      days.map((day) => new Date(day * dayMs).toISOString().slice(0, 10)),
      new Date(now).toISOString(),
    ],
  );
}

/** Days before the cutoff that facts were written for after it, in ms since 1970. */
async function lateDays(client: Queryable, cutoff: EpochMs): Promise<EpochMs[]> {
  const { rows } = await client.query<{ day: string }>(
    "SELECT day::text FROM fact_days WHERE written >= $1",
    [new Date(cutoff).toISOString()],
  );
  return rows.map(({ day }) => Date.parse(`${day}T00:00:00Z`));
}

/** The same where a table lies on several machines: one by one, the days that it has rows of. */
async function deleteDaysBefore(
  pool: pg.Pool,
  table: string,
  column: string,
  cutoff: EpochMs,
  late: readonly EpochMs[],
): Promise<number> {
  const range = `WHERE ${column} >= $1::timestamptz AND ${column} < $2::timestamptz`;
  const end = new Date(cutoff).toISOString();
  let deleted = 0;
  let from = "-infinity";
  for (;;) {
    const { rows } = await pool.query<{ first: EpochMs | null }>(
      `SELECT min(${column}) AS first FROM ${table} ${range}`,
      [from, end],
    );
    const first = rows[0]?.first ?? null;
    if (first === null) return deleted;
    const day = Math.floor(first / dayMs) * dayMs;
    from = new Date(Math.min(day + dayMs, cutoff)).toISOString();
    if (late.includes(day)) continue;
    const { rowCount } = await pool.query(`DELETE FROM ${table} ${range}`, [
      new Date(day).toISOString(),
      from,
    ]);
    deleted += rowCount ?? 0;
  }
}

async function deleteBefore(
  pool: pg.Pool,
  table: string,
  column: string,
  cutoff: EpochMs,
): Promise<number> {
  if (placementOf(table) !== undefined && (await onCluster(pool)))
    return deleteDaysBefore(pool, table, column, cutoff, await lateDays(pool, cutoff));
  const portion = 20_000;
  let deleted = 0;
  for (;;) {
    const { rowCount } = await pool.query(
      `${onOneMachine} DELETE FROM ${table} WHERE ctid IN (
         SELECT ctid FROM ${table} t WHERE ${column} < $1::timestamptz
           AND NOT EXISTS (SELECT FROM fact_days d
             WHERE d.day = (t.${column} AT TIME ZONE 'UTC')::date AND d.written >= $1::timestamptz)
         LIMIT ${portion})`,
      [new Date(cutoff).toISOString()],
    );
    deleted += rowCount ?? 0;
    if ((rowCount ?? 0) < portion) return deleted;
  }
}

/**
 * Drops what is older than the retention, and was not taken in within it either (an import of old logs): whole partitions of facts, and rows of results in portions.
 *
 * @returns the names of the partitions dropped and the number of rows deleted.
 */
export async function dropExpired(
  pool: pg.Pool,
  retention: Retention,
  now: EpochMs,
): Promise<{ partitions: string[]; rows: number }> {
  const factCutoff = now - retention.factDays * dayMs;
  const partitions = await withTransaction(pool, async (client) => {
    await client.query("SELECT pg_advisory_xact_lock($1)", [partitionLock]);
    // Dropping needs the whole table for a moment; rather try again in an hour than make everybody wait for a long reader.
    await client.query("SET LOCAL lock_timeout = '5s'");
    const dropped: string[] = [];
    const late = await lateDays(client, factCutoff);
    for (const table of partitionedTables) {
      for (const span of await partitionSpans(client, table)) {
        if (span.to > factCutoff) continue;
        if (late.some((day) => day >= span.from && day < span.to)) continue;
        await client.query(`DROP TABLE ${table}_${span.suffix}`);
        dropped.push(`${table}_${span.suffix}`);
      }
    }
    return dropped;
  });
  if (partitions.length > 0) forgetDays(pool);
  let rows = await deleteBefore(pool, "rejects", "at", factCutoff);
  rows += await deleteBefore(
    pool,
    "source_steps",
    "at",
    Math.max(factCutoff, now - stepDays * dayMs),
  );
  const resultCutoff = now - Math.max(retention.resultDays, retention.factDays) * dayMs;
  for (const [table, column] of resultColumns)
    rows += await deleteBefore(pool, table, column, resultCutoff);
  return { partitions, rows };
}

import type { PoolClient } from "pg";
import type { EpochMs } from "@/lib/domain/facts";
import { timestampText } from "../database";
import { Histograms } from "./histograms";

const separator = "\u0001";

/** Sums by a key of several parts, kept as text until they are written. */
class Sums {
  readonly sums = new Map<string, number[]>();

  constructor(private readonly width: number) {}

  add(key: string, values: number[]): void {
    const sum = this.sums.get(key);
    if (!sum) {
      this.sums.set(key, values.slice(0, this.width));
      return;
    }
    for (let at = 0; at < this.width; at++) sum[at] = (sum[at] ?? 0) + (values[at] ?? 0);
  }

  /** Parts and sums, column by column, rows in order of their keys. */
  columns(parts: number): { keys: string[][]; values: number[][]; length: number } {
    const keys: string[][] = Array.from({ length: parts }, () => []);
    const values: number[][] = Array.from({ length: this.width }, () => []);
    const sorted = [...this.sums.entries()].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    for (const [key, sum] of sorted) {
      const split = key.split(separator);
      keys.forEach((column, at) => {
        column.push(split[at] ?? "");
      });
      values.forEach((column, at) => {
        column.push(sum[at] ?? 0);
      });
    }
    return { keys, values, length: sorted.length };
  }
}

/** SQL: what a batch adds of each node and minute. */
const added = `(
           SELECT * FROM unnest($1::integer[], $2::integer[], $3::timestamptz[], $4::integer[], $5::bigint[], $6::bigint[], $7::bigint[])
             AS w (pool, node, minute, lb, requests, client_errors, errors)
         )`;

const minuteMs = 60_000;

let lastMinute = Number.NaN;
let lastMinuteText = "";

function minuteText(at: EpochMs): string {
  const minute = Math.floor(at / minuteMs);
  if (minute !== lastMinute) {
    lastMinute = minute;
    lastMinuteText = timestampText(minute * minuteMs);
  }
  return lastMinuteText;
}

/** What a batch adds to the rollups: sums, so that the order of batches does not matter. */
export class Rollups {
  private readonly nodes = new Sums(3);
  private readonly latencies = new Histograms();
  private readonly stores = new Sums(2);
  private readonly pairs = new Sums(1);

  /** @param node 0: none served. @param bucket of the latency, null where the log tells none. */
  addRequest(request: {
    pool: number;
    lb: number;
    node: number;
    startedAt: EpochMs;
    status: number | null;
    bucket: number | null;
  }): void {
    const { startedAt, bucket } = request;
    const buckets = new Map(bucket === null ? [] : [[bucket, 1]]);
    this.addRequests({ ...request, at: startedAt, requests: 1, buckets });
  }

  /** Requests of one minute that have all of this in common. @param buckets of their latencies: how many of each. */
  addRequests(given: {
    pool: number;
    lb: number;
    node: number;
    at: EpochMs;
    status: number | null;
    requests: number;
    buckets: ReadonlyMap<number, number>;
  }): void {
    const { pool, lb, node, at, status, requests, buckets } = given;
    this.nodes.add(pool + separator + node + separator + minuteText(at) + separator + lb, [
      requests,
      status !== null && status >= 400 && status < 500 ? requests : 0,
      status !== null && (status >= 500 || status < 0) ? requests : 0,
    ]);
    for (const [bucket, n] of buckets) this.latencies.add(pool, node, at, bucket, n);
  }

  addLookup(pool: number, at: EpochMs, store: string, node: string, missed: boolean): void {
    this.stores.add([pool, minuteText(at), store, node].join(separator), [1, missed ? 1 : 0]);
  }

  /** @param knownBy `app`: its own name, by a shared correlation ID. `log`: its address, in the same line. */
  addPair(pool: number, lb: number, lbNode: number, knownBy: "app" | "log", other: string): void {
    this.pairs.add([pool, lb, lbNode, knownBy, other].join(separator), [1]);
  }

  /** Pools whose pairs of names grew. */
  pairedPools(): number[] {
    return [
      ...new Set([...this.pairs.sums.keys()].map((key) => Number(key.split(separator, 1)[0]))),
    ];
  }

  async write(client: PoolClient): Promise<void> {
    const nodes = this.nodes.columns(4);
    if (nodes.length > 0)
      await client.query(
        `INSERT INTO node_minutes AS t (pool, node, minute, lb, requests, client_errors, errors)
         SELECT * FROM ${added} a
         ON CONFLICT (pool, node, minute, lb) DO UPDATE SET
           requests = t.requests + excluded.requests,
           client_errors = t.client_errors + excluded.client_errors,
           errors = t.errors + excluded.errors`,
        [...nodes.keys, ...nodes.values],
      );
    if (nodes.length > 0)
      await client.query(
        `INSERT INTO node_spans AS t (pool, node, grain, at, lb, requests, client_errors, errors)
         SELECT a.pool, n.node, g.grain, date_bin(make_interval(mins => g.grain), a.minute, timestamptz 'epoch'), a.lb,
           sum(a.requests), sum(a.client_errors), sum(a.errors)
         FROM ${added} a
         CROSS JOIN LATERAL (VALUES (a.node), (-1)) AS n (node)
         CROSS JOIN (VALUES (1), (15), (60), (1440)) AS g (grain)
         WHERE g.grain > 1 OR n.node = -1
         GROUP BY 1, 2, 3, 4, 5
         ORDER BY 1, 2, 3, 4, 5
         ON CONFLICT (pool, node, grain, at, lb) DO UPDATE SET
           requests = t.requests + excluded.requests,
           client_errors = t.client_errors + excluded.client_errors,
           errors = t.errors + excluded.errors`,
        [...nodes.keys, ...nodes.values],
      );
    await this.latencies.write(client);
    const stores = this.stores.columns(4);
    if (stores.length > 0)
      await client.query(
        `INSERT INTO store_minutes AS t (pool, minute, store, node, lookups, misses)
         SELECT * FROM unnest($1::integer[], $2::timestamptz[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])
         ON CONFLICT (pool, minute, store, node) DO UPDATE SET
           lookups = t.lookups + excluded.lookups, misses = t.misses + excluded.misses`,
        [...stores.keys, ...stores.values],
      );
    const pairs = this.pairs.columns(5);
    if (pairs.length > 0)
      await client.query(
        `INSERT INTO node_pairs AS t (pool, lb, lb_node, known_by, other, n)
         SELECT * FROM unnest($1::integer[], $2::integer[], $3::integer[], $4::text[], $5::text[], $6::bigint[])
         ON CONFLICT (pool, lb, lb_node, known_by, other) DO UPDATE SET n = t.n + excluded.n`,
        [...pairs.keys, ...pairs.values],
      );
  }
}

/** What a source sent, by the minute in which it came. */
export interface Delivery {
  source: number;
  accepted: number;
  duplicates: number;
  rejected: number;
}

export async function addDeliveries(
  client: PoolClient,
  deliveries: readonly Delivery[],
  receivedAt: EpochMs,
): Promise<void> {
  if (deliveries.length === 0) return;
  await client.query(
    `INSERT INTO source_minutes AS t (source, minute, accepted, duplicates, rejected, last_at)
     SELECT w.source, date_trunc('minute', $5::timestamptz), w.accepted, w.duplicates, w.rejected, $5
     FROM unnest($1::integer[], $2::bigint[], $3::bigint[], $4::bigint[]) AS w (source, accepted, duplicates, rejected)
     ORDER BY w.source
     ON CONFLICT (source, minute) DO UPDATE SET
       accepted = t.accepted + excluded.accepted,
       duplicates = t.duplicates + excluded.duplicates,
       rejected = t.rejected + excluded.rejected,
       last_at = greatest(t.last_at, excluded.last_at)`,
    [
      deliveries.map((row) => row.source),
      deliveries.map((row) => row.accepted),
      deliveries.map((row) => row.duplicates),
      deliveries.map((row) => row.rejected),
      timestampText(receivedAt),
    ],
  );
}

import type { PoolClient } from "pg";
import type { EpochMs } from "@/lib/domain/facts";
import { addCounts, bucketPlace } from "@/lib/domain/latency";
import { allNodes, type Grain, grains, spanStart } from "@/lib/domain/spans";
import { timestampText } from "../database";

/** A row of latencies: one node (or all of the pool's) in one span. */
interface Row {
  pool: number;
  node: number;
  grain: Grain;
  at: EpochMs;
  counts: number[];
}

const minuteMs = 60_000;

/** Latencies that a batch adds: counted by the minute, summed up to longer spans when they are written. */
export class Histograms {
  readonly #minutes = new Map<string, Row>();

  add(pool: number, node: number, at: EpochMs, bucket: number, n = 1): void {
    const minute = Math.floor(at / minuteMs);
    const key = `${pool} ${node} ${minute}`;
    let row = this.#minutes.get(key);
    if (!row) {
      row = { pool, node, grain: 1, at: minute * minuteMs, counts: [] };
      this.#minutes.set(key, row);
    }
    const { counts } = row;
    const place = bucketPlace(bucket);
    while (counts.length <= place) counts.push(0);
    counts[place] = (counts[place] ?? 0) + n;
  }

  #rows(): Row[] {
    const rows = new Map<string, Row>();
    for (const { pool, node, at, counts } of this.#minutes.values())
      for (const grain of grains)
        for (const counted of [node, allNodes]) {
          const start = spanStart(at, grain);
          const key = `${pool} ${counted} ${grain} ${start}`;
          const row = rows.get(key) ?? { pool, node: counted, grain, at: start, counts: [] };
          rows.set(key, row);
          addCounts(row.counts, counts);
        }
    // Always in the same order, so that two writers could not wait for each other.
    return [...rows.values()].sort(
      (a, b) => a.pool - b.pool || a.node - b.node || a.grain - b.grain || a.at - b.at,
    );
  }

  async write(client: PoolClient): Promise<void> {
    const rows = this.#rows();
    if (rows.length === 0) return;
    await client.query(
      `INSERT INTO latency_spans AS t (pool, node, grain, at, counts)
       SELECT w.pool, w.node, w.grain, w.at, w.counts::integer[]
       FROM unnest($1::integer[], $2::integer[], $3::smallint[], $4::timestamptz[], $5::text[])
         AS w (pool, node, grain, at, counts)
       ON CONFLICT (pool, node, grain, at) DO UPDATE SET counts = histogram_sum(t.counts, excluded.counts)`,
      [
        rows.map((row) => row.pool),
        rows.map((row) => row.node),
        rows.map((row) => row.grain),
        rows.map((row) => timestampText(row.at)),
        rows.map((row) => arrayOf(row.counts)),
      ],
    );
  }
}

/** Counts as an array that begins with the first of them that is not nought; its lower bound tells which that is. */
function arrayOf(counts: readonly number[]): string {
  const first = Math.max(
    0,
    counts.findIndex((n) => n !== 0),
  );
  return `[${first + 1}:${counts.length}]={${counts.slice(first).join(",")}}`;
}

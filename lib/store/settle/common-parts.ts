import type { z } from "zod";
import type { Attempt, EpochMs } from "@/lib/domain/facts";
import type { Queryable } from "../query";
import {
  endBits,
  gapOfMarks,
  mark,
  pathOfTarget,
  portOfMarks,
  restSchema,
  shortId,
  targetOfRest,
  tieOfMarks,
} from "../write/request-rows";
import type { RequestRecord } from "./history-rows";

/** A row of `request_rows`, as far as the judging reads it. */
export interface HistoryRow {
  session: string;
  /** In hex. */
  id: string;
  startedAt: EpochMs;
  shape: number;
  marks: number;
  /** NaN where it is not known. */
  duration: number;
  /** Of `texts`; 0 for none. */
  path: number;
  client: string | null;
  rest: string;
}

type Shape = Pick<
  RequestRecord,
  | "pool"
  | "lb"
  | "node"
  | "source"
  | "listener"
  | "status"
  | "backendStatus"
  | "method"
  | "presented"
  | "inserted"
  | "persistenceState"
  | "termination"
  | "retries"
  | "redispatched"
  | "upgrade"
> & { id: number; nodeName: string | null };

const mostRemembered = 50_000;
const nothing: z.output<typeof restSchema> = {};

/**
 * What many requests have in common, by the ids in their rows: it is never
 * changed, so it is read once. The view `requests` puts it to each row anew,
 * which costs more than all else that is done with histories.
 */
export class CommonParts {
  private shapes = new Map<number, Shape>();
  private texts = new Map<number, string>();

  /** Rows with all that their ids stand for. */
  async complete(db: Queryable, rows: readonly HistoryRow[]): Promise<RequestRecord[]> {
    await this.learn(db, rows);
    return rows.flatMap((row) => {
      const shape = this.shapes.get(row.shape);
      return shape ? [this.record(row, shape)] : [];
    });
  }

  private async learn(db: Queryable, rows: readonly HistoryRow[]): Promise<void> {
    if (this.shapes.size > mostRemembered) this.shapes = new Map();
    if (this.texts.size > mostRemembered) this.texts = new Map();
    const shapes = new Set<number>();
    const texts = new Set<number>();
    for (const { shape, path } of rows) {
      if (!this.shapes.has(shape)) shapes.add(shape);
      if (path > 0 && !this.texts.has(path)) texts.add(path);
    }
    if (shapes.size > 0) {
      const found = await db.query<Shape>(
        `SELECT s.id, s.pool, s.lb, s.node, n.name AS "nodeName", s.source, s.listener, s.status,
           s.backend_status AS "backendStatus", s.method, s.presented, s.inserted,
           s.persistence_state AS "persistenceState", s.termination, s.retries, s.redispatched, s.upgrade
         FROM shapes s LEFT JOIN nodes n ON n.id = s.node WHERE s.id = ANY ($1::integer[])`,
        [[...shapes]],
      );
      for (const shape of found.rows) this.shapes.set(shape.id, shape);
    }
    if (texts.size > 0) {
      const found = await db.query<{ id: number; value: string }>(
        "SELECT id, value FROM texts WHERE id = ANY ($1::integer[])",
        [[...texts]],
      );
      for (const { id, value } of found.rows) this.texts.set(id, value);
    }
  }

  private record(row: HistoryRow, shape: Shape): RequestRecord {
    const { marks, duration, startedAt } = row;
    const rest = row.rest.startsWith("{") ? restSchema.parse(JSON.parse(row.rest)) : nothing;
    const durationMs = Number.isNaN(duration) ? null : duration;
    return {
      session: row.session,
      id: shortId(row.id),
      startedAt,
      endedAt: endOf(row, rest.e ?? null),
      durationMs,
      seq: rest.s ?? null,
      pool: shape.pool,
      lb: shape.lb,
      node: shape.node,
      source: shape.source,
      listener: shape.listener ?? rest.l ?? null,
      attempts: attemptsOf(row, shape, rest.t ?? null),
      client: row.client,
      clientPort: portOfMarks(marks),
      status: shape.status,
      backendStatus: shape.backendStatus,
      method: shape.method ?? rest.m ?? null,
      path:
        rest === nothing
          ? this.path(row)
          : (this.texts.get(row.path)?.split("?", 1)[0] ?? rest.p ?? null),
      presented: shape.presented ?? rest.r ?? null,
      inserted: shape.inserted ?? rest.n ?? null,
      persistenceState: shape.persistenceState ?? rest.z ?? null,
      termination: shape.termination ?? rest.k ?? null,
      retries: shape.retries,
      redispatched: shape.redispatched,
      upgrade: shape.upgrade,
      tie: tieOfMarks(marks),
      starts: (marks & mark.starts) > 0,
      hasKey: (marks & mark.keyTold) > 0 ? (marks & mark.hasKey) > 0 : null,
      correlations: rest.c === undefined ? null : rest.c.split("\u0001"),
    };
  }

  private path({ path, rest }: HistoryRow): string | null {
    return pathOfTarget(path > 0 ? (this.texts.get(path) ?? "") : targetOfRest(rest));
  }
}

/** To the microsecond, as the view reckons it. @param own in microseconds since 1970, where the row tells it. */
function endOf({ marks, startedAt, duration }: HistoryRow, own: number | null): EpochMs | null {
  const end = marks & endBits;
  if (end === mark.ownEnd) return own === null ? null : own / 1000;
  if (end === mark.noEnd) return null;
  return Math.round(startedAt * 1000 + Math.round(Math.fround(duration) * 1000)) / 1000;
}

function attemptsOf(
  { marks, duration }: HistoryRow,
  { nodeName, backendStatus }: Shape,
  told: Attempt[] | null,
): Attempt[] | null {
  const gap = gapOfMarks(marks);
  if (gap === null) return told;
  return [{ node: nodeName ?? "", status: backendStatus, durationMs: duration - gap }];
}

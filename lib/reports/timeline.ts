import type { z } from "zod";
import { Problem } from "@/lib/domain/problem";
import { publicId } from "@/lib/domain/session-key";
import type { Timeline, timelineQuery } from "@/lib/schemas/results";
import type { Queryable } from "@/lib/store/query";
import { sessionAnnotations } from "@/lib/store/read/annotations";
import { changesPage } from "@/lib/store/read/changes-page";
import { nodeChanges } from "@/lib/store/read/node-changes";
import { sessionBounces } from "@/lib/store/read/session-bounces";
import { sessionEvents } from "@/lib/store/read/session-events";
import { sessionLosses } from "@/lib/store/read/session-losses";
import type { SessionRecord } from "@/lib/store/read/session-row";
import { sessionsBetween } from "@/lib/store/read/sessions-between";
import { sourceFormats } from "@/lib/store/read/source-formats";
import { minuteMs, optionalEnd } from "@/lib/view/range";
import type { AbsoluteRange } from "@/lib/view/time-range";
import { annotationOf } from "./annotations";
import { firstRequests } from "./first-requests";
import { intendedNodesOf } from "./intended";
import { Names } from "./names";
import { neighboursOf } from "./neighbours";
import { describeNodes } from "./nodes";
import { hashesOf } from "./session-id";
import { sightingsOf } from "./sightings";
import { eventsOf, requestOf } from "./timeline-rows";
import { bounceOf, changeOf, distinct, lossOf, sessionOf } from "./wire";

/** Changes so long before and after a session's requests belong to its story. */
const marginMs = 15 * minuteMs;
/** Events may be dated by a clock that is wrong. */
const clockMarginMs = 60 * minuteMs;

/**
 * All that is known of one session, over all pools that it was in. With `from`
 * and `to`, of the requests and events only those of that time; `limit` is that
 * of requests, and of events.
 * @throws {Problem} 404 when no such session is known; 400 for a time that is not understood.
 */
export async function timeline(
  db: Queryable,
  id: string,
  query: z.output<typeof timelineQuery>,
  now: number,
): Promise<Timeline> {
  const asked = {
    from: optionalEnd("from", query.from, now),
    to: optionalEnd("to", query.to, now),
  };
  const rows = await rowsOf(db, id);
  const { session } = rows[0];
  const life = lifeOf(rows);
  const span = { from: asked.from ?? life.from, to: asked.to ?? life.to };
  const names = await Names.read(db);
  const pools = [...new Set(rows.map((row) => row.pool))];
  const around = { from: life.from - marginMs, to: life.to + marginMs };

  const [requests, events, bounces, losses, changes, earlier, seen, annotations, formats] =
    await Promise.all([
      firstRequests(db, session, span, query.limit + 1, {
        requests: rows.reduce((sum, row) => sum + row.requests, 0),
        life,
      }),
      sessionEvents(db, {
        session,
        from: asked.from ?? life.from - clockMarginMs,
        to: asked.to ?? life.to + clockMarginMs,
        limit: query.limit,
      }),
      sessionBounces(db, { session }),
      sessionLosses(db, { from: session, to: session }),
      changesPage(db, { pools, ...around, afterAt: null, afterId: null, limit: 1000 }),
      nodeChanges(db, { pools, before: around.from }),
      sightingsOf(db, names, pools, life.to + minuteMs),
      sessionAnnotations(db, { session }),
      sourceFormats(db, {}),
    ]);
  const page = requests.slice(0, query.limit);
  const touched = new Set([
    ...rows.flatMap((row) => row.nodes),
    ...bounces.flatMap((row) => [row.from_node, row.to_node]),
  ]);
  const shown = names
    .nodesOf(pools)
    .filter((node) => [...touched].some((id) => names.node(id) === node));
  const [nodes, intended, neighbours] = await Promise.all([
    describeNodes(db, names, shown, seen, { from: life.from, to: life.to + 1 }, now),
    intendedNodesOf(db, names, pools, page, life),
    neighboursOf(db, session, page, events),
  ]);
  const offsets = new Map(nodes.map((node) => [node.name, node.clockOffsetMs ?? 0]));
  const wireRequests = page.map((row) => requestOf(names, row, intended(row)));
  const here = new Set(shown.map((node) => node.name));
  const marks = [
    // The last word on a node of this session before it began: it may have been down already.
    ...earlier.filter((row) => row.node !== null && here.has(names.resolve(row.pool, row.node))),
    ...changes,
  ].sort((a, b) => a.at - b.at);
  const whole = wholeSession(names, rows);
  return {
    session: whole,
    nodes,
    requests: wireRequests,
    events: eventsOf(names, events, page, offsets),
    bounces: bounces.map((row) => bounceOf(names, row)),
    losses: losses.map((row) => lossOf(names, row)),
    changes: marks.map((row) => changeOf(names, row)),
    annotations: annotations.map(annotationOf),
    balancers: whole.lbs.map((lb) => ({ lb, format: formatOf(formats, lb, whole.pool) })),
    before: neighbours.before === null ? null : publicId(neighbours.before),
    after: neighbours.after === null ? null : publicId(neighbours.after),
    truncated: requests.length > query.limit,
  };
}

type Rows = [SessionRecord, ...SessionRecord[]];

/** The session's rows, that with most requests first. */
async function rowsOf(db: Queryable, id: string): Promise<Rows> {
  const hashes = hashesOf(id);
  const found = hashes === null ? [] : await sessionsBetween(db, hashes);
  const [first, ...rest] = found;
  if (!first)
    throw new Problem(
      404,
      "Session not found",
      "No such session is known. It may be older than what is kept, or the id is incomplete",
    );
  return [first, ...rest.filter((row) => row.session === first.session)];
}

function lifeOf(rows: Rows): AbsoluteRange {
  return {
    from: Math.min(...rows.map((row) => row.first_seen)),
    to: Math.max(...rows.map((row) => row.last_seen)),
  };
}

/** The log format of a balancer: its source's, or that of the one source of its pool. */
function formatOf(
  sources: Awaited<ReturnType<typeof sourceFormats>>,
  lb: string,
  pool: string,
): string | null {
  const own = sources.find((source) => (source.lb ?? source.name) === lb);
  const shared = sources.filter((source) => source.pool === pool);
  const format = own?.format ?? (shared.length === 1 ? shared[0]?.format : undefined);
  return format === undefined || format === "auto" ? null : format;
}

/** One session over all its pools, under the name of that with most requests. */
function wholeSession(names: Names, rows: Rows): Timeline["session"] {
  const all = rows.map((row) => sessionOf(names, row));
  const life = lifeOf(rows);
  const [main] = rows;
  const sum = (of: (row: SessionRecord) => number) => rows.reduce((n, row) => n + of(row), 0);
  const worst = [...rows].sort((a, b) => b.bounces - a.bounces)[0] ?? main;
  return {
    ...sessionOf(names, {
      ...main,
      first_seen: life.from,
      last_seen: life.to,
      requests: sum((row) => row.requests),
      bounces: sum((row) => row.bounces),
      unexplained: sum((row) => row.unexplained),
      returns: sum((row) => row.returns),
      losses: sum((row) => row.losses),
      ping_pong: rows.some((row) => row.ping_pong),
      main_cause: worst.main_cause,
    }),
    nodes: distinct(all.flatMap((session) => session.nodes)),
    lbs: distinct(all.flatMap((session) => session.lbs)),
  };
}

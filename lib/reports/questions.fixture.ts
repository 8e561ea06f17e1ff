import { changesQuery } from "@/lib/schemas/changes";
import { compareQuery } from "@/lib/schemas/compare";
import { heatmapMetrics, heatmapQuery } from "@/lib/schemas/heatmap";
import { bounceGroupings, bounceGroupsQuery, lossKinds } from "@/lib/schemas/lists";
import { nodesQuery } from "@/lib/schemas/pools";
import * as schemas from "@/lib/schemas/results";
import { spreadQuery } from "@/lib/schemas/spread";
import type { Queryable } from "@/lib/store/query";
import { bounces, groupedBounces } from "./bounces";
import { changes } from "./changes";
import { compare } from "./compare";
import { heatmap } from "./heatmap";
import { lookup } from "./lookup";
import { losses } from "./losses";
import { nodes } from "./nodes";
import { overview } from "./overview";
import { pools } from "./pools";
import { rejects } from "./rejects";
import { sessions } from "./sessions";
import { sourceProofs } from "./source-proofs";
import { spread } from "./spread";
import { timeline } from "./timeline";
import { transitions } from "./transitions";
import { weekly } from "./weekly";

export type Question = (db: Queryable, now: number) => Promise<unknown>;
type Questions = Record<string, Question>;
type Asked = { from: string; to: string; pool?: string };

/** Every question that a page asks, over a range and a pool; `session` is the id of one that bounced. */
export function questionsOf(
  range: { from: string; to: string },
  pool: string | undefined,
  session: string,
): Questions {
  const asked = pool === undefined ? range : { ...range, pool };
  return {
    pools: (db, now) => pools(db, now),
    nodes: (db, now) => nodes(db, nodesQuery.parse(asked), now),
    overview: (db, now) => overview(db, schemas.overviewQuery.parse(asked), now),
    "overview of a balancer": (db, now) =>
      overview(db, schemas.overviewQuery.parse({ ...asked, lb: "edge-1" }), now),
    timeline: (db, now) => timeline(db, session, schemas.timelineQuery.parse({}), now),
    lookup: (db) => lookup(db, new Uint8Array(32), session),
    "lookup of a client": (db) => lookup(db, new Uint8Array(32), "10.0.3.232"),
    ...sessionQuestions(asked, session),
    ...bounceQuestions(asked, session),
    ...lossQuestions(asked, session),
    spread: (db, now) => spread(db, spreadQuery.parse(asked), now),
    transitions: (db, now) => transitions(db, schemas.transitionsQuery.parse(asked), now),
    ...heatmapQuestions(asked),
    changes: (db, now) => changes(db, changesQuery.parse(asked), now),
    "changes of a kind": (db, now) =>
      changes(db, changesQuery.parse({ ...asked, kind: "deploy" }), now),
    ...compareQuestions(pool),
    weekly: (db, now) => weekly(db, { pool, week: "2026-W47" }, now),
    rejects: (db, now) => rejects(db, schemas.rejectsQuery.parse(range), now),
    sources: (db, now) =>
      sourceProofs(db, [{ id: 1, format: "haproxy-http", affinity: null, lastAt: now }], now),
  };
}

function sessionQuestions(asked: Asked, session: string): Questions {
  const first = (given: object): Question => {
    const query = schemas.sessionsQuery.parse({ ...asked, ...given });
    return (db, now) => sessions(db, query, now);
  };
  /** The page after the first, as somebody who scrolls asks for it. */
  const second = (given: object): Question => {
    const query = schemas.sessionsQuery.parse({ ...asked, ...given });
    let cursor: Promise<string | null> | undefined;
    return async (db, now) => {
      cursor ??= sessions(db, query, now).then((page) => page.nextCursor);
      return sessions(db, { ...query, cursor: (await cursor) ?? undefined }, now);
    };
  };
  const filters: Record<string, object> = {
    "of a cause": { cause: "no-affinity" },
    "of a cause that nothing has": { cause: "cookie-expired" },
    "of a node": { node: "web-01" },
    "of a balancer": { lb: "edge-1" },
    "of a client": { client: "10.0.3.232" },
    "of a client that is not known": { client: "192.0.2.1" },
    "of a network": { client: "10.0.3.0/24" },
    "that were lost": { lost: "true" },
    "that bounced": { bounced: "true" },
    "in ping-pong": { pingPong: "true" },
    "of a path": { q: "/cart/4" },
    "of a path that nobody asked for": { q: "/nowhere" },
    "sought by id": { q: session },
    "sought by a client": { q: "10.0.3.232" },
    "sought by a node": { q: "web-01" },
    "sought by a balancer": { q: "edge-1" },
    "sought by a word that means nothing": { q: "nothing" },
  };
  const all: [string, Question][] = schemas.sessionSorts.flatMap((sort): [string, Question][] => [
    [`sessions ${sort}`, first({ sort })],
    [`sessions ${sort}, second page`, second({ sort })],
  ]);
  for (const [name, filter] of Object.entries(filters))
    all.push(
      [`sessions ${name}`, first(filter)],
      [`sessions ${name}, latest`, first({ ...filter, sort: "latest" })],
    );
  return Object.fromEntries(all);
}

const bounceFilters: Record<string, object> = {
  "of a cause": { cause: "no-affinity" },
  "of a cause that nothing has": { cause: "cookie-expired" },
  "of a class": { class: "routing" },
  "of a node": { node: "web-01" },
  "left a node": { fromNode: "web-01" },
  "reached a node": { toNode: "web-01" },
  "of a balancer": { lb: "edge-1" },
  "of lost sessions": { lost: "true" },
  "of a path": { q: "/cart" },
  "of a path and lost": { q: "/cart", lost: "true" },
  "of a path that nobody asked for": { q: "/nowhere" },
  "sought by a client": { q: "10.0.3.232" },
  "sought by a node": { q: "web-01" },
  "sought by a balancer": { q: "edge-1" },
  "sought by a word that means nothing": { q: "nothing" },
};

function bounceQuestions(asked: Asked, session: string): Questions {
  const list = (given: object): Question => {
    const query = schemas.bouncesQuery.parse({ ...asked, ...given });
    return (db, now) => bounces(db, query, now);
  };
  const groups = bounceGroupings.flatMap((by): [string, Question][] => {
    const of = (given: object): Question => {
      const query = bounceGroupsQuery.parse({ ...asked, by, ...given });
      return (db, now) => groupedBounces(db, query, now);
    };
    return [
      [`bounces by ${by}`, of({})],
      [`bounces by ${by} of a node`, of({ node: "web-01" })],
    ];
  });
  return {
    bounces: list({}),
    "bounces oldest": list({ sort: "oldest" }),
    "bounces of a session": list({ session }),
    ...Object.fromEntries(
      Object.entries(bounceFilters).map(([name, filter]) => [`bounces ${name}`, list(filter)]),
    ),
    ...Object.fromEntries(groups),
    "bounces by lb of a path": (db, now) =>
      groupedBounces(db, bounceGroupsQuery.parse({ ...asked, by: "lb", q: "/cart/4" }), now),
  };
}

function lossQuestions(asked: Asked, session: string): Questions {
  const list = (given: object): Question => {
    const query = schemas.lossesQuery.parse({ ...asked, ...given });
    return (db, now) => losses(db, query, now);
  };
  return {
    losses: list({}),
    "losses oldest": list({ sort: "oldest" }),
    "losses of a node": list({ node: "web-01" }),
    "losses of another node": list({ node: "web-02" }),
    "losses of a session": list({ session }),
    ...Object.fromEntries(lossKinds.map((lostTo) => [`losses to ${lostTo}`, list({ lostTo })])),
    "losses of a path": list({ q: "/cart/4" }),
    "losses of a path that nobody asked for": list({ q: "/nowhere" }),
    "losses sought by a client": list({ q: "10.0.3.232" }),
  };
}

function heatmapQuestions(asked: Asked): Questions {
  const maps = heatmapMetrics.map((metric): [string, Question] => [
    `heatmap ${metric}`,
    (db, now) => heatmap(db, heatmapQuery.parse({ ...asked, metric }), now),
  ]);
  const hourly = heatmapMetrics.map((metric): [string, Question] => [
    `heatmap ${metric} by the hour`,
    (db, now) => heatmap(db, heatmapQuery.parse({ ...asked, metric, step: "1h" }), now),
  ]);
  return Object.fromEntries([...maps, ...hourly]);
}

function compareQuestions(pool: string | undefined): Questions {
  const of = (given: object): Question => {
    const query = compareQuery.parse({ at: "now-30m", pool, ...given });
    return (db, now) => compare(db, query, now);
  };
  return {
    compare: of({}),
    "compare of a balancer": of({ lb: "edge-1" }),
    "compare of half days": of({ at: "now-12h", window: "12h" }),
    "compare of half days of a balancer": of({ at: "now-12h", window: "12h", lb: "edge-1" }),
  };
}

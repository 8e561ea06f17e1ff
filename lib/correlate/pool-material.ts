import type { PoolClient } from "pg";
import { learnBindings } from "@/lib/domain/bindings";
import { fieldsPresent, formatShown } from "@/lib/domain/completeness";
import type { EpochMs } from "@/lib/domain/facts";
import type { HistoryRequest } from "@/lib/domain/history";
import { isAddress } from "@/lib/domain/intended";
import {
  type ChangeFact,
  type DeclaredAffinity,
  failedTimes,
  type LogCarries,
  type LogField,
  type NodeSpan,
  type PoolContext,
  type StoreHealth,
  servedTimes,
} from "@/lib/domain/pool-context";
import { foundAffinities, sampledRequests, sampledSessions } from "@/lib/domain/pool-sample";
import { storeHealth } from "@/lib/domain/store-health";
import { writtenCookies } from "@/lib/domain/written-cookies";
import type { CommonParts } from "@/lib/store/settle/common-parts";
import { historyRequest } from "@/lib/store/settle/history-request";
import { type RequestRecord, sampleRequests } from "@/lib/store/settle/history-rows";
import {
  type ChangeRecord,
  changesAround,
  type MoveRecord,
  movesAround,
  nodeSpans,
  storeLookups,
} from "@/lib/store/settle/surroundings";
import type { NameBook } from "./name-book";

const hourMs = 3_600_000;
const minuteMs = 60_000;
/** A node that went down may come back, and be bounced back to, much later. */
const changesBeforeMs = 24 * hourMs;

/** Moves of a pool that are looked at around a session. */
export const mostMoves = 2000;

/**
 * What surrounds the sessions of a pool in some hours: a function of the facts
 * of those hours. Where all of them would be too many to look at (what
 * persistence values mean, which affinity is at work), a choice that hangs on
 * the facts alone stands for them.
 */
export async function poolContext(
  client: PoolClient,
  pool: number,
  window: { from: EpochMs; to: EpochMs },
  names: NameBook,
  parts: CommonParts,
): Promise<PoolContext> {
  const { from, to } = window;
  const sample = await sampleRequests(
    client,
    pool,
    from,
    to,
    sampledSessions,
    sampledRequests,
    parts,
  );
  const changes = await changesAround(client, [pool], from - changesBeforeMs, to);
  const spans = await nodeSpans(client, pool, from, to);
  const moves = await movesAround(client, pool, from, to, mostMoves);
  const lookups = await storeLookups(client, pool, from, to);

  const bySession = new Map<string, HistoryRequest[]>();
  for (const row of sample) {
    const request = historyRequest(row, names);
    const group = bySession.get(row.session);
    if (group) group.push(request);
    else bySession.set(row.session, [request]);
  }
  const requests = [...bySession.values()].flat();
  const declared = declaredFor(names.pool(pool), sample, names);
  return {
    pool: names.pool(pool),
    declared: declared.pool,
    found: foundAffinities(bySession.values(), (lb) => declared.byLb.get(lb) ?? null),
    changes: changes.map((change) => changeFact(change, pool, names)),
    nodes: names.nodesOf(pool).map(({ name, aliases }) => ({
      name,
      aliases,
      addresses: [name, ...aliases].filter(isAddress),
    })),
    bindings: learnBindings(requests),
    spans: mergedSpans(
      spans.map((span) => ({
        lb: names.lb(span.lb),
        node: names.node(span.node).name,
        firstSeen: span.firstSeen,
        lastSeen: span.lastSeen + minuteMs - 1,
      })),
    ),
    served: servedTimes(requests),
    failed: failedTimes(requests),
    moves: moves.map((move) => moveOf(move, names)),
    store: storeOf(lookups),
    logs: logsOf(requests, declared, changes, names),
  };
}

export function moveOf(move: MoveRecord, names: NameBook) {
  return {
    session: move.session,
    at: move.at,
    lb: names.lb(move.lb),
    from: names.node(move.fromNode).name,
    to: names.node(move.toNode).name,
  };
}

function changeFact(change: ChangeRecord, pool: number, names: NameBook): ChangeFact {
  return {
    at: change.at,
    kind: change.kind,
    node: change.node === null ? null : (names.nodeNamed(pool, change.node)?.name ?? change.node),
    lb: change.lb === null ? null : names.lb(change.lb),
    title: change.title,
  };
}

/** Two names of one node give one span. */
function mergedSpans(spans: readonly NodeSpan[]): NodeSpan[] {
  const merged = new Map<string, NodeSpan>();
  for (const span of spans) {
    const key = `${span.lb}\0${span.node}`;
    const other = merged.get(key);
    merged.set(
      key,
      other
        ? {
            ...span,
            firstSeen: Math.min(other.firstSeen, span.firstSeen),
            lastSeen: Math.max(other.lastSeen, span.lastSeen),
          }
        : span,
    );
  }
  return [...merged.values()];
}

interface Declared {
  /** Of the pool, by whichever source declares it first. */
  pool: DeclaredAffinity | null;
  byLb: Map<string, DeclaredAffinity>;
  /** Formats that are not left to be found. */
  formats: Map<string, string>;
  /** What declared formats write of the declared cookie, seen or not. */
  written: Map<string, LogField[]>;
}

/** What sources declare: for the balancers whose lines they sent, and for the pool. */
function declaredFor(pool: string, sample: readonly RequestRecord[], names: NameBook): Declared {
  const byLb = new Map<string, DeclaredAffinity>();
  const formats = new Map<string, string>();
  const written = new Map<string, LogField[]>();
  let first: DeclaredAffinity | null = null;
  const lbsOfSource = new Map<number, Set<string>>();
  for (const row of sample) {
    const lbs = lbsOfSource.get(row.source);
    if (lbs) lbs.add(names.lb(row.lb));
    else lbsOfSource.set(row.source, new Set([names.lb(row.lb)]));
  }
  for (const source of names.sources) {
    const lbs = lbsOfSource.get(source.id);
    if (source.format !== "auto") for (const lb of lbs ?? []) formats.set(lb, source.format);
    if (!source.affinity) continue;
    if (source.pool !== pool && !lbs) continue;
    first ??= source.affinity;
    const fields = writtenCookies(source.formatString, source.affinity.cookie ?? null);
    for (const lb of lbs ?? []) {
      byLb.set(lb, source.affinity);
      written.set(lb, fields);
    }
  }
  return { pool: first, byLb, formats, written };
}

function storeOf(
  lookups: readonly {
    minute: EpochMs;
    store: string;
    node: string;
    lookups: number;
    misses: number;
  }[],
): StoreHealth | null {
  if (lookups.length === 0) return null;
  const steps = new Map<string, Parameters<typeof storeHealth>[0][number]>();
  for (const row of lookups) {
    const key = `${row.minute}\0${row.store}`;
    const step = steps.get(key) ?? {
      at: row.minute,
      stepMs: minuteMs,
      store: row.store === "" ? null : row.store,
      lookups: 0,
      misses: 0,
      nodes: 0,
    };
    step.lookups += row.lookups;
    step.misses += row.misses;
    if (row.misses > 0) step.nodes += 1;
    steps.set(key, step);
  }
  return storeHealth([...steps.values()]);
}

/** Which fields each balancer's log was seen to carry. */
function logsOf(
  requests: readonly HistoryRequest[],
  { formats, written }: Pick<Declared, "formats" | "written">,
  changes: readonly ChangeRecord[],
  names: NameBook,
): Map<string, LogCarries> {
  const byLb = new Map<string, HistoryRequest[]>();
  for (const request of requests) {
    const own = byLb.get(request.lb);
    if (own) own.push(request);
    else byLb.set(request.lb, [request]);
  }
  const logs = new Map<string, { format: string | null; fields: Set<LogField> }>();
  for (const [lb, own] of byLb) {
    const format = formatShown(formats.get(lb) ?? null, own);
    const fields = fieldsPresent(own, format);
    for (const field of written.get(lb) ?? []) fields.add(field);
    logs.set(lb, { format, fields });
  }
  for (const change of changes) {
    if (!change.kind.startsWith("node-")) continue;
    if (change.lb !== null) logs.get(names.lb(change.lb))?.fields.add("nodeStates");
    else for (const log of logs.values()) log.fields.add("nodeStates");
  }
  return logs;
}

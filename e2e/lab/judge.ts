import type { Cause } from "@/lib/domain/causes";
import { sessionsOf, type TrueBounce, type Truth } from "./truth";

/** What Hopwatch says of one session; nodes by whatever name it shows. */
export interface SessionVerdict {
  requests: { at: number; correlationId: string | null; node: string | null }[];
  bounces: {
    at: number;
    correlationId: string | null;
    from: string;
    to: string;
    cause: Cause;
    confidence: number;
    isReturn: boolean;
  }[];
  losses: { at: number; correlationId: string | null; lostTo: string | null }[];
}

export interface Score {
  scenario: string;
  requests: { right: number; truth: number; wrong: string[] };
  bounces: { found: number; truth: number; missed: string[]; invented: string[] };
  causes: { right: number; judged: number; confidentlyWrong: number; wrong: string[] };
  /** True cause → verdict → how often. */
  matrix: Map<Cause, Map<Cause, number>>;
  returns: { right: number; truth: number };
  losses: { found: number; truth: number; right: number; invented: number; wrong: string[] };
}

/** Without a common ID two records are the same when they are this close in time. */
const sameMomentMs = 1_200;

/** Takes from `pool` the record of the given ID, else the nearest in time that has none. */
function take<T extends { at: number; correlationId: string | null }>(
  pool: T[],
  id: string,
  at: number,
  fits: (item: T) => boolean,
): T | null {
  const byId = pool.findIndex((item) => item.correlationId === id && fits(item));
  let index = byId;
  if (byId < 0) {
    let nearest = sameMomentMs;
    pool.forEach((item, place) => {
      const distance = Math.abs(item.at - at);
      if (item.correlationId === null && distance < nearest && fits(item)) {
        nearest = distance;
        index = place;
      }
    });
  }
  return index < 0 ? null : (pool.splice(index, 1)[0] ?? null);
}

/** Compares what is true of a run with what Hopwatch says of each of its sessions. */
export function judge(truth: Truth, verdicts: Map<string, SessionVerdict>): Score {
  const nameOf = (shown: string) =>
    truth.nodes.find((node) => node.names.includes(shown))?.name ?? shown;
  const score: Score = {
    scenario: truth.scenario,
    requests: { right: 0, truth: 0, wrong: [] },
    bounces: { found: 0, truth: truth.bounces.length, missed: [], invented: [] },
    causes: { right: 0, judged: 0, confidentlyWrong: 0, wrong: [] },
    matrix: new Map(),
    returns: { right: 0, truth: 0 },
    losses: { found: 0, truth: truth.losses.length, right: 0, invented: 0, wrong: [] },
  };
  for (const [session, chain] of sessionsOf(truth.requests)) {
    const verdict = verdicts.get(session);
    const requests = [...(verdict?.requests ?? [])];
    for (const request of chain) {
      score.requests.truth += 1;
      const found = take(requests, request.id, request.startedAt, () => true);
      const node = found?.node == null ? null : nameOf(found.node);
      if (found && node === request.node) score.requests.right += 1;
      else
        score.requests.wrong.push(
          `${session.slice(0, 8)} ${request.path}: ${found ? `on ${node}` : "not found"}, truly on ${request.node}`,
        );
    }
    for (const request of requests)
      score.requests.wrong.push(
        `${session.slice(0, 8)} has a request that is not its own: ${request.correlationId}`,
      );
    const bounces = [...(verdict?.bounces ?? [])];
    for (const bounce of truth.bounces.filter((one) => one.session === session)) {
      const found = take(
        bounces,
        bounce.id,
        bounce.at,
        (one) => nameOf(one.from) === bounce.from && nameOf(one.to) === bounce.to,
      );
      if (!found) {
        score.bounces.missed.push(
          `${session.slice(0, 8)} ${bounce.from} → ${bounce.to} (${bounce.cause})`,
        );
        continue;
      }
      score.bounces.found += 1;
      judgeCause(score, bounce, found);
    }
    for (const bounce of bounces)
      score.bounces.invented.push(
        `${session.slice(0, 8)} ${nameOf(bounce.from)} → ${nameOf(bounce.to)} (${bounce.cause})`,
      );
    const losses = [...(verdict?.losses ?? [])];
    for (const loss of truth.losses.filter((one) => one.session === session)) {
      const found = take(losses, loss.id, loss.at, () => true);
      if (!found) continue;
      score.losses.found += 1;
      if (found.lostTo === loss.lostTo) score.losses.right += 1;
      else score.losses.wrong.push(`${session.slice(0, 8)}: ${found.lostTo}, truly ${loss.lostTo}`);
    }
    score.losses.invented += losses.length;
  }
  return score;
}

function judgeCause(
  score: Score,
  bounce: TrueBounce,
  found: SessionVerdict["bounces"][number],
): void {
  score.causes.judged += 1;
  const row = score.matrix.get(bounce.cause) ?? new Map<Cause, number>();
  row.set(found.cause, (row.get(found.cause) ?? 0) + 1);
  score.matrix.set(bounce.cause, row);
  if (found.cause === bounce.cause || bounce.also?.includes(found.cause)) score.causes.right += 1;
  else {
    if (found.confidence > 0.8) score.causes.confidentlyWrong += 1;
    score.causes.wrong.push(
      `${bounce.session.slice(0, 8)} ${bounce.from} → ${bounce.to}: ${found.cause} (${found.confidence.toFixed(2)}), truly ${bounce.cause}`,
    );
  }
  if (bounce.isReturn === undefined) return;
  score.returns.truth += 1;
  if (bounce.isReturn === found.isReturn) score.returns.right += 1;
}

/** What a score falls short of; empty when every bar is met. */
export function shortfalls(score: Score): string[] {
  const { requests, bounces, causes, losses } = score;
  const lacks: string[] = [];
  if (requests.right < requests.truth || requests.wrong.length > 0)
    lacks.push(`${requests.wrong.length} requests wrong`);
  if (bounces.missed.length > 0) lacks.push(`${bounces.missed.length} bounces missed`);
  if (bounces.invented.length > 0) lacks.push(`${bounces.invented.length} bounces invented`);
  if (causes.judged > 0 && causes.right / causes.judged < 0.9)
    lacks.push(`${causes.judged - causes.right} of ${causes.judged} causes wrong`);
  if (causes.confidentlyWrong > 0)
    lacks.push(`${causes.confidentlyWrong} causes wrong with confidence above 0.8`);
  if (losses.found < losses.truth) lacks.push(`${losses.truth - losses.found} losses missed`);
  if (losses.invented > 0) lacks.push(`${losses.invented} losses invented`);
  if (losses.found > 0 && losses.right / losses.found < 0.97)
    lacks.push(`${losses.found - losses.right} losses lost to the wrong thing`);
  return lacks;
}

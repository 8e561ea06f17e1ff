import type { EpochMs } from "@/lib/domain/facts";
import { groupsOf } from "./address";

/** What requests add to a session in a pool. */
export interface SessionGain {
  session: string;
  pool: number;
  firstSeen: EpochMs;
  lastSeen: EpochMs;
  requests: number;
  nodes: number[];
  lbs: number[];
  /** The address of the last request. */
  client: string | null;
  demo: boolean;
}

/** A request as far as it concerns its session's row. */
export interface GainedRequest {
  shape: { pool: number; lb: number; node: number | null };
  startedAt: EpochMs;
  client: string | null;
  demo: boolean;
}

/** Sums of gains, one for each session and pool. Adding in any order, or merging, gives the same. */
export class SessionGains {
  private readonly pools = new Map<number, Map<string, SessionGain>>();

  add(session: string, request: GainedRequest): void {
    const { startedAt, shape } = request;
    const inPool = this.inPool(shape.pool);
    const gain = inPool.get(session);
    if (gain === undefined) {
      inPool.set(session, {
        session,
        pool: shape.pool,
        firstSeen: startedAt,
        lastSeen: startedAt,
        requests: 1,
        nodes: shape.node === null ? [] : [shape.node],
        lbs: [shape.lb],
        client: request.client,
        demo: request.demo,
      });
      return;
    }
    gain.requests += 1;
    if (shape.node !== null) enter(gain.nodes, shape.node);
    enter(gain.lbs, shape.lb);
    gain.demo ||= request.demo;
    if (startedAt < gain.firstSeen) gain.firstSeen = startedAt;
    see(gain, startedAt, request.client);
  }

  /** Adds sums; those given may be changed by what is added later. */
  merge(others: Iterable<SessionGain>): void {
    for (const other of others) {
      const inPool = this.inPool(other.pool);
      const gain = inPool.get(other.session);
      if (gain === undefined) {
        inPool.set(other.session, other);
        continue;
      }
      gain.requests += other.requests;
      for (const node of other.nodes) enter(gain.nodes, node);
      for (const lb of other.lbs) enter(gain.lbs, lb);
      gain.demo ||= other.demo;
      if (other.firstSeen < gain.firstSeen) gain.firstSeen = other.firstSeen;
      see(gain, other.lastSeen, other.client);
    }
  }

  list(): SessionGain[] {
    return [...this.pools.values()].flatMap((inPool) => [...inPool.values()]);
  }

  private inPool(pool: number): Map<string, SessionGain> {
    let inPool = this.pools.get(pool);
    if (inPool === undefined) {
      inPool = new Map();
      this.pools.set(pool, inPool);
    }
    return inPool;
  }
}

function enter(ids: number[], id: number): void {
  if (!ids.includes(id)) ids.push(id);
}

function see(gain: SessionGain, at: EpochMs, client: string | null): void {
  if (at < gain.lastSeen) gain.client ??= client;
  else {
    if (
      client !== null &&
      (at > gain.lastSeen || gain.client === null || isGreater(client, gain.client))
    )
      gain.client = client;
    gain.lastSeen = at;
  }
}

/** Whether an address comes after another in the order of Postgres' `inet`. */
function isGreater(a: string, b: string): boolean {
  if (a === b) return false;
  const [one, other] = [orderOf(a), orderOf(b)];
  return one > other;
}

function orderOf(address: string): string {
  if (!address.includes(":"))
    return `4${address
      .split(".")
      .map((part) => part.padStart(3, "0"))
      .join("")}`;
  return `6${groupsOf(address)
    .map((group) => group.padStart(4, "0").toLowerCase())
    .join("")}`;
}

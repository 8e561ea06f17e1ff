import type { Chance } from "@/lib/demo/chance";
import {
  type Attempted,
  type Exchange,
  haproxyLine,
  nginxFormat,
  nginxLine,
  syslogHead,
} from "@/lib/demo/log-lines";
import type { ShopItem } from "@/lib/demo/shop";
import type { ShopNode } from "@/lib/demo/story";
import type { Cause } from "@/lib/domain/causes";
import type { EpochMs } from "@/lib/domain/facts";
import type { SourceInput } from "@/lib/schemas/ingest";
import type { Day, DayPool, IncidentKind, Planted } from "./plan";
import type { Visitor } from "./traffic";

/** Where a request went, and how the balancer writes it down. */
export interface Way {
  node: ShopNode | null;
  /** Why it went elsewhere than before, if it did. */
  because: Cause;
  /** The node that was tried first and passed on; none: none was. */
  tried?: string | undefined;
  source: string;
  line: (exchange: Exchange) => string;
}

const second = 1000;
/** How long until a balancer knows that a node does not answer. */
export const noticesMs = 2 * second;
const flapDownMs = 18 * second;
const flapEveryMs = 50 * second;

/** The sources of a day as an operator would declare them. */
export function sourcesOf(day: Day): Record<string, SourceInput> {
  const sources: Record<string, SourceInput> = {};
  for (const pool of day.pools) {
    const nodes = pool.nodes.map(({ name, address }) => ({ name, addresses: [address] }));
    for (const lb of pool.lbs)
      sources[lb] =
        pool.binding === "cookie"
          ? {
              format: "haproxy-http",
              lb,
              timezone: "UTC",
              session: { cookie: "sid" },
              correlation: { field: "capture.req.hdr(0)" },
            }
          : {
              format: "nginx",
              formatString: nginxFormat,
              lb,
              pool: pool.name,
              timezone: "UTC",
              session: { cookie: "sid" },
              affinity: { method: pool.binding === "hash" ? "hash" : "source-ip" },
              nodes,
            };
  }
  return sources;
}

/** When nodes of a pool do not answer. */
export function fallsIn(
  day: Day,
  pool: DayPool,
): { node: string | null; from: EpochMs; to: EpochMs }[] {
  const own = day.incidents.filter((one) => one.pool === pool.name);
  return own.flatMap(({ kind, node, from, to }) => {
    if (kind === "failover") return [{ node, from, to }];
    if (kind !== "health-flap") return [];
    const times = Array.from({ length: Math.ceil((to - from) / flapEveryMs) }, (_, n) => n);
    return times.map((n) => {
      const at = from + n * flapEveryMs;
      return { node, from: at, to: Math.min(at + flapDownMs, to) };
    });
  });
}

class Scene {
  constructor(
    protected readonly day: Day,
    protected readonly chance: Chance,
  ) {}

  protected planted(pool: DayPool, kind: IncidentKind): Planted[] {
    return this.day.incidents.filter((one) => one.pool === pool.name && one.kind === kind);
  }

  protected underway(pool: DayPool, kind: IncidentKind, at: EpochMs, lb?: string): Planted | null {
    return (
      this.planted(pool, kind).find(
        (one) =>
          at >= one.from && at < one.to && (one.lb === null || lb === undefined || one.lb === lb),
      ) ?? null
    );
  }

  /** Whether a node truly does not answer. */
  protected isDead(pool: DayPool, node: string, at: EpochMs): boolean {
    const dead = this.underway(pool, "failover", at);
    if (dead?.node === node) return true;
    const flap = this.underway(pool, "health-flap", at);
    return flap?.node === node && (at - flap.from) % flapEveryMs < flapDownMs;
  }

  protected whyOut(pool: DayPool, node: string, at: EpochMs): Cause {
    if (this.drainOf(pool, node, at)) return "drain";
    return this.planted(pool, "health-flap").some(
      (one) => one.node === node && at >= one.from && at < one.to + 10 * second,
    )
      ? "health-flap"
      : "failover";
  }

  protected drainOf(pool: DayPool, node: string, at: EpochMs) {
    return this.day.drains.find(
      (one) => one.pool === pool.name && one.node === node && at >= one.from && at < one.to,
    );
  }
}

/** Two HAProxy with `cookie SRV insert indirect nocache` in front of the pools that are bound by a cookie. */
export class Edges extends Scene {
  private isOut(pool: DayPool, node: string, at: EpochMs): boolean {
    if (this.isDead(pool, node, at - noticesMs)) return true;
    const drain = this.drainOf(pool, node, at);
    return drain !== undefined && at >= drain.stopAt;
  }

  private choose(pool: DayPool, at: EpochMs, but: string | null): ShopNode | null {
    const open = pool.nodes.filter(
      ({ name }) => name !== but && !this.isOut(pool, name, at) && !this.drainOf(pool, name, at),
    );
    const heavy = this.underway(pool, "imbalance", at);
    if (heavy && this.chance.happens(0.8))
      return open.find(({ name }) => name === heavy.node) ?? null;
    return open[this.chance.between(0, open.length - 1)] ?? null;
  }

  way(visitor: Visitor, exchange: Exchange, what: { upgrade: boolean; unbound: boolean }): Way {
    const { chance } = this;
    const { pool } = visitor;
    const at = exchange.startedAt;
    if (this.underway(pool, "lb-disagreement", at) && visitor.concerned && chance.happens(0.5))
      visitor.lb = pool.lbs.find((lb) => lb !== visitor.lb) ?? visitor.lb;
    const { lb } = visitor;
    const unsent = this.underway(pool, "cookie-not-sent", at) !== null && visitor.concerned;
    const alone = what.upgrade && this.underway(pool, "websocket-upgrade", at) !== null;
    const sends =
      visitor.bound !== null && !visitor.dropsCookies && !unsent && !alone && !what.unbound;
    let flags = "NI";
    let node: ShopNode | null = null;
    let because: Cause = alone
      ? "websocket-upgrade"
      : what.unbound
        ? "concurrent-start"
        : visitor.bound === null
          ? "cookie-not-set"
          : "cookie-not-sent";
    if (sends && visitor.bound) {
      const named = pool.nodes.find(({ name }) => name === visitor.bound?.node) ?? null;
      const expired = this.underway(pool, "cookie-expired", at, lb);
      const renamed = this.underway(pool, "cookie-invalid", at, lb);
      const split = this.underway(pool, "lb-disagreement", at);
      if (expired && at - visitor.lastAt > 5 * second) [flags, because] = ["EI", "cookie-expired"];
      else if (renamed && visitor.boundAt < renamed.from)
        [flags, because] = ["II", "cookie-invalid"];
      else if (split && visitor.bound.by !== lb) [flags, because] = ["II", "lb-disagreement"];
      else if (named && this.isOut(pool, named.name, at))
        [flags, because] = ["DI", this.whyOut(pool, named.name, at)];
      else {
        flags = "VN";
        node = named;
      }
    }
    const unset = flags === "NI" && this.underway(pool, "cookie-not-set", at, lb) !== null;
    if (unset) [flags, because] = ["NN", "cookie-not-set"];
    node ??= this.choose(pool, at, null);
    let retries = "0";
    if (node && this.isDead(pool, node.name, at)) {
      // Refused: tried again on another server; the line names the one that served.
      because = this.whyOut(pool, node.name, at);
      node = this.choose(pool, at, node.name);
      flags = flags === "VN" ? "DI" : flags;
      retries = "+1";
    }
    if (node && flags.endsWith("I") && !alone) {
      visitor.bound = { node: node.name, by: lb };
      visitor.boundAt = at;
    }
    const busy = chance.between(18, 60);
    return {
      node,
      because,
      source: lb,
      line: (written) => haproxyLine(lb, pool.name, written, flags, retries, busy),
    };
  }

  /** What the edges write of their servers' states. */
  stateLines(): ShopItem[] {
    const lines: ShopItem[] = [];
    const left =
      "2 active and 0 backup servers left. 3 sessions active, 0 requeued, 0 remaining in queue.";
    for (const pool of this.day.pools.filter(({ binding }) => binding === "cookie"))
      for (const lb of pool.lbs) {
        const say = (at: EpochMs, priority: number, node: string | null, text: string) =>
          lines.push({
            kind: "line",
            at,
            source: lb,
            text: `${syslogHead(priority, at, lb)}Server ${pool.name}/${node} ${text}`,
          });
        const fall = (node: string | null, from: EpochMs, to: EpochMs) => {
          say(
            from + noticesMs,
            129,
            node,
            `is DOWN, reason: Layer4 timeout, check duration: 1001ms. ${left}`,
          );
          say(
            to + noticesMs,
            133,
            node,
            "is UP, reason: Layer7 check passed, code: 200, check duration: 2ms. 3 active and 0 backup servers online. 0 sessions requeued, 0 total in queue.",
          );
        };
        for (const { node, from, to } of fallsIn(this.day, pool)) fall(node, from, to);
        for (const drain of this.day.drains.filter((one) => one.pool === pool.name)) {
          say(drain.from, 133, drain.node, `enters drain state. ${left}`);
          say(drain.stopAt, 133, drain.node, `is going DOWN for maintenance. ${left}`);
          say(drain.to, 133, drain.node, "is UP/READY (leaving forced maintenance).");
        }
      }
    return lines;
  }
}

/** NGINX with `ip_hash` or `hash $cookie_sid`, one for each pool. */
export class Proxies extends Scene {
  private readonly outUntil = new Map<string, EpochMs>();

  private listed(pool: DayPool, at: EpochMs): ShopNode[] {
    // The last node is the one that is added.
    const adds = this.planted(pool, "pool-change")[0];
    const nodes = adds && at < adds.from ? pool.nodes.slice(0, -1) : pool.nodes;
    return nodes.filter(({ name }) => !this.drainOf(pool, name, at));
  }

  way(visitor: Visitor, exchange: Exchange): Way {
    const { chance } = this;
    const { pool } = visitor;
    const at = exchange.startedAt;
    const key =
      pool.binding === "address" ? visitor.ip.split(".").slice(0, 3).join(".") : visitor.session;
    const strays =
      this.underway(pool, "unexplained", at) !== null && visitor.concerned && chance.happens(0.15);
    const loose = key === null || strays || this.underway(pool, "no-affinity", at) !== null;
    const nodes = this.listed(pool, at);
    let rest = nodes.filter(({ name }) => (this.outUntil.get(`${pool.name} ${name}`) ?? 0) <= at);
    const attempts: Attempted[] = [];
    const sick = this.underway(pool, "retry", at);
    let because: Cause = strays ? "unknown" : loose && key !== null ? "no-affinity" : "pool-change";
    if (pool.binding === "address" && visitor.ip !== visitor.lastIp) because = "client-ip-change";
    const before = pool.nodes.find(({ name }) => name === visitor.lastNode);
    if (before && !rest.includes(before))
      because = this.drainOf(pool, before.name, at) ? "drain" : "failover";
    for (;;) {
      const place = loose ? chance.between(0, rest.length - 1) : hashOf(key) % rest.length;
      // A hash looks for its own node first, and goes on from there where that is out.
      const own = loose ? rest[place] : chosen(nodes, rest, key);
      if (!own) break;
      const refuses = this.isDead(pool, own.name, at);
      if (
        !refuses &&
        !(sick?.node === own.name && attempts.length === 0 && chance.happens(0.4)) &&
        !(attempts.length === 0 && chance.happens(pool.noise.fails))
      ) {
        attempts.push({ node: own, status: exchange.status, durationMs: exchange.durationMs });
        break;
      }
      attempts.push({ node: own, status: 502, durationMs: 1 });
      because = refuses ? "failover" : "retry";
      if (refuses) this.outUntil.set(`${pool.name} ${own.name}`, at + 10 * second);
      rest = rest.filter(({ name }) => name !== own.name);
    }
    return {
      node: attempts.at(-1)?.node ?? null,
      because,
      tried: attempts.length > 1 ? attempts[0]?.node.name : undefined,
      source: visitor.lb,
      line: (written) => nginxLine(written, attempts),
    };
  }
}

function chosen(
  all: readonly ShopNode[],
  rest: readonly ShopNode[],
  key: string | null,
): ShopNode | null {
  const first = all[hashOf(key) % all.length] ?? null;
  if (first === null || rest.includes(first)) return first;
  return rest[hashOf(`${key} again`) % rest.length] ?? null;
}

function hashOf(text: string | null): number {
  let hash = 2166136261;
  for (const sign of text ?? "") hash = Math.imul(hash ^ sign.charCodeAt(0), 16777619) >>> 0;
  return (hash ^ (hash >>> 15)) >>> 0;
}

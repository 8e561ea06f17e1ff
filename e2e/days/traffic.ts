import { Agenda } from "@/lib/demo/agenda";
import { type Chance, chanceFrom } from "@/lib/demo/chance";
import type { Exchange } from "@/lib/demo/log-lines";
import type { ShopItem } from "@/lib/demo/shop";
import type { ShopNode } from "@/lib/demo/story";
import { type Cause, classOf } from "@/lib/domain/causes";
import type { EpochMs } from "@/lib/domain/facts";
import { Edges, Proxies, type Way } from "./balancers";
import type { Day, DayPool, Planted } from "./plan";

/** One client with its session. */
export interface Visitor {
  pool: DayPool;
  lb: string;
  ip: string;
  session: string | null;
  requests: number;
  endsAt: EpochMs;
  /** The node that its persistence cookie names, and the edge that set it; null: it has none. */
  bound: { node: string; by: string } | null;
  boundAt: EpochMs;
  lastAt: EpochMs;
  lastNode: string | null;
  lastIp: string;
  /** The node that it was moved away from last, and why. */
  left: { node: string; because: Cause } | null;
  /** When it was last moved, by class of cause. */
  movedAt: Map<string, EpochMs>;
  dropsCookies: boolean;
  /** Whether it is of those that an incident of the clients concerns. */
  concerned: boolean;
}

type Step =
  | { kind: "arrival"; pool: DayPool }
  | { kind: "request"; visitor: Visitor; upgrade?: boolean; last?: boolean }
  | { kind: "written"; item: ShopItem };

const second = 1000;
const minute = 60 * second;
/** By how much a node's clock jumps. */
const clockOffMs = 5 * second;
const agent = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const paths = ["/", "/search?q=lamp", "/product/1044", "/cart", "/checkout", "/account"] as const;

/** What is true of a day's traffic; nothing of it is sent anywhere. */
export interface Witness {
  served(pool: DayPool, at: EpochMs, lb: string, node: string): void;
  /** A session's first request reached a node. */
  began(pool: DayPool, at: EpochMs, node: string, endsAt: EpochMs): void;
  bounced(
    pool: DayPool,
    bounce: {
      at: EpochMs;
      lb: string;
      from: string;
      to: string;
      cause: Cause;
      isReturn: boolean;
      isFresh: boolean;
    },
  ): void;
  lost(pool: DayPool, loss: { at: EpochMs; node: string; lostTo: "storage" | "client" }): void;
}

/** Everything that is written down on a day, in the order in which it is written. */
export function* playDay(day: Day, witness?: Witness): Generator<ShopItem> {
  yield* new Traffic(day, witness).items();
}

class Traffic {
  private readonly chance: Chance;
  private readonly agenda = new Agenda<Step>();
  private readonly edges: Edges;
  private readonly proxies: Proxies;
  /** When a session was made, by its key, where the app tells of its store. */
  private readonly stored = new Map<string, EpochMs>();

  constructor(
    private readonly day: Day,
    private readonly witness?: Witness,
  ) {
    this.chance = chanceFrom(day.seed * 7919 + 17);
    this.edges = new Edges(day, this.chance);
    this.proxies = new Proxies(day, this.chance);
  }

  *items(): Generator<ShopItem> {
    const { day, agenda } = this;
    for (const item of this.edges.stateLines()) this.write(item);
    for (const { at, ...change } of day.changes)
      this.write({
        kind: "change",
        at,
        change: { at: new Date(at).toISOString(), ...change },
      });
    for (const pool of day.pools) agenda.note(day.from, { kind: "arrival", pool });
    for (let due = agenda.take(); due && due.at < day.to; due = agenda.take()) {
      const { at, what } = due;
      if (what.kind === "written") yield what.item;
      else if (what.kind === "arrival") this.arrival(what.pool, at);
      else this.request(what.visitor, at, what.upgrade ?? false, what.last ?? false);
    }
  }

  private write(item: ShopItem): void {
    if (item.kind === "line" && this.isSilent(item.source, item.at)) return;
    this.agenda.note(item.at, { kind: "written", item });
  }

  private isSilent(source: string, at: EpochMs): boolean {
    return this.day.incidents.some(
      (one) => one.kind === "silent" && one.lb === source && at >= one.from && at < one.to,
    );
  }

  private underway(pool: DayPool, kind: Planted["kind"], at: EpochMs): Planted | null {
    return (
      this.day.incidents.find(
        (one) => one.pool === pool.name && one.kind === kind && at >= one.from && at < one.to,
      ) ?? null
    );
  }

  private arrival(pool: DayPool, at: EpochMs): void {
    const { chance } = this;
    // More in the evening than at night, in waves of some minutes.
    const hour = (at / 3_600_000) % 24;
    const tide = 1 + 0.25 * Math.cos(((hour - 19) / 24) * 2 * Math.PI);
    const wave = 1 + 0.12 * Math.sin(at / 410_000) + 0.08 * Math.sin(at / 97_000);
    const perMs = (pool.sessions / pool.lifeMs) * tide * wave;
    this.agenda.note(at + chance.wait(1 / perMs), { kind: "arrival", pool });
    const ip = this.address();
    const visitor: Visitor = {
      pool,
      lb: pool.lbs[chance.between(0, pool.lbs.length - 1)] ?? "",
      ip,
      lastIp: ip,
      lastNode: null,
      left: null,
      movedAt: new Map(),
      // Some come with a session that is long over.
      session: pool.binding !== "cookie" || chance.happens(0.003) ? chance.hex(32) : null,
      requests: 0,
      endsAt: at + chance.wait(pool.lifeMs),
      bound: null,
      boundAt: 0,
      lastAt: at,
      dropsCookies: pool.binding === "cookie" && chance.happens(pool.noise.keepNone),
      concerned: chance.happens(pool.noise.concerned),
    };
    const atOnce = this.underway(pool, "concurrent-start", at) !== null;
    const many = pool.binding === "cookie" && (atOnce || chance.happens(pool.noise.atOnce));
    this.request(visitor, at, false, false, many ? 220 : null);
    // The rest of a start at once: none of them has a cookie yet.
    if (many)
      for (let n = 1; n <= chance.between(1, 3); n += 1)
        this.request(visitor, at + n * 15, false, true, 240);
  }

  private address(): string {
    const { chance } = this;
    return `198.${chance.between(18, 19)}.${chance.between(0, 255)}.${chance.between(1, 254)}`;
  }

  private request(
    visitor: Visitor,
    at: EpochMs,
    upgrade: boolean,
    last: boolean,
    slowMs: number | null = null,
  ): void {
    const { chance } = this;
    const { pool } = visitor;
    this.wander(visitor, at);
    const exchange: Exchange = {
      startedAt: Math.round(at),
      durationMs: slowMs ?? Math.round(5 + chance.wait(60)),
      ip: visitor.ip,
      port: chance.between(1025, 65_000),
      method: "GET",
      path: upgrade ? "/socket" : chance.pick(paths),
      status: upgrade ? 101 : chance.happens(0.003) ? 500 : 200,
      bytes: chance.between(900, 48_000),
      agent,
      trace: chance.hex(32),
      presented: last ? null : visitor.session,
      set: null,
      node: null,
    };
    if (upgrade) exchange.durationMs = chance.between(2000, 9000);
    const way: Way =
      pool.binding === "cookie"
        ? this.edges.way(visitor, exchange, { upgrade, unbound: last })
        : this.proxies.way(visitor, exchange);
    exchange.node = way.node;
    if (way.node) this.serve(visitor, exchange, way.node, last);
    const endedAt = exchange.startedAt + exchange.durationMs;
    this.write({ kind: "line", at: endedAt, source: way.source, text: way.line(exchange) });
    this.tell(visitor, at, way);
    visitor.requests += 1;
    visitor.lastIp = visitor.ip;
    visitor.lastAt = endedAt;
    if (last || upgrade) return;
    const next = endedAt + 400 + chance.wait(pool.gapMs);
    if (next < visitor.endsAt) this.agenda.note(next, { kind: "request", visitor });
    const sockets = this.underway(pool, "websocket-upgrade", at);
    if (pool.binding === "cookie" && chance.happens(sockets ? 0.3 : 0.02))
      this.agenda.note(endedAt + 150, { kind: "request", visitor, upgrade: true });
  }

  private tell(visitor: Visitor, at: EpochMs, { node, because, tried }: Way): void {
    if (!node) return;
    const { pool, lb, lastNode, left } = visitor;
    this.witness?.served(pool, at, lb, node.name);
    if (lastNode === null) this.witness?.began(pool, at, node.name, visitor.endsAt);
    visitor.lastNode = node.name;
    // Nothing led away from a node that its first request did not reach; something will lead back.
    if (lastNode === null && tried !== undefined) visitor.left = { node: tried, because };
    if (lastNode === null || lastNode === node.name) return;
    // A hash, an address or a page's cookie leads back once the reason has passed.
    const keeps = ["retry", "failover", "drain"].includes(left?.because ?? "");
    const isReturn =
      left?.node === node.name &&
      (left.because === "websocket-upgrade" || (pool.binding !== "cookie" && keeps));
    const cause = isReturn && left ? left.because : because;
    const before = visitor.movedAt.get(classOf(cause));
    visitor.movedAt.set(classOf(cause), at);
    const isFresh = before === undefined || before < at - 10 * minute;
    this.witness?.bounced(pool, {
      at,
      lb,
      from: lastNode,
      to: node.name,
      cause,
      isReturn,
      isFresh,
    });
    visitor.left = isReturn ? null : { node: lastNode, because };
  }

  /** Clients that change their address: a few always, many while an incident of theirs goes on. */
  private wander(visitor: Visitor, at: EpochMs): void {
    const { chance } = this;
    if (visitor.requests === 0) return;
    // A client that keeps no cookie has no session to lose.
    if (this.underway(visitor.pool, "storage", at)) visitor.dropsCookies = false;
    const change = this.underway(visitor.pool, "client-ip-change", at);
    if (chance.happens(change && visitor.concerned ? 0.3 : visitor.pool.noise.wanders))
      visitor.ip = this.address();
  }

  /** What the app does with the session, and says of it. */
  private serve(visitor: Visitor, exchange: Exchange, node: ShopNode, last: boolean): void {
    const { chance } = this;
    const { pool } = visitor;
    const at = exchange.startedAt + Math.min(2, exchange.durationMs);
    if (pool.binding !== "cookie") return;
    const off = this.underway(pool, "clock-offset", at);
    const clock = off?.node === node.name ? at + clockOffMs : at;
    const report = (
      type: "session.created" | "session.retrieved" | "session.missing",
      sessionId: string,
      more: { hit?: boolean; previousSessionId?: string } = {},
    ) =>
      this.write({
        kind: "event",
        at,
        event: {
          time: new Date(clock).toISOString(),
          type,
          sessionId,
          correlationId: exchange.trace,
          node: node.host,
          pool: pool.name,
          store: "redis",
          ...more,
        },
      });
    const { session } = visitor;
    if (last && session !== null) {
      exchange.set = session;
      return;
    }
    if (session !== null && this.knows(pool, session, at, node.name)) {
      if (chance.happens(0.3)) report("session.retrieved", session, { hit: true });
      return;
    }
    if (session !== null) {
      report("session.missing", session, { hit: false });
      const lostTo = this.stored.has(session) ? "storage" : "client";
      this.witness?.lost(pool, { at, node: node.name, lostTo });
    }
    exchange.set = chance.hex(32);
    visitor.session = exchange.set;
    this.stored.set(exchange.set, at);
    report("session.created", exchange.set, session === null ? {} : { previousSessionId: session });
  }

  private knows(pool: DayPool, session: string, at: EpochMs, node: string): boolean {
    const made = this.stored.get(session);
    if (made === undefined) return false;
    return !this.day.incidents.some((one) => {
      if (one.pool !== pool.name || at < one.from) return false;
      if (one.kind === "app-restart") return one.node === node && made < one.from;
      return one.kind === "storage" && made < one.from + minute;
    });
  }
}

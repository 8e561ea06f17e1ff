import type { Cause } from "@/lib/domain/causes";
import type { EpochMs } from "@/lib/domain/facts";
import type { ChangeInput } from "@/lib/schemas/ingest";
import { Agenda } from "./agenda";
import { Alb } from "./alb";
import { type Chance, chanceFrom } from "./chance";
import { Edge } from "./edge";
import { amazonRoot, type Exchange, haproxyRedirect, nginxLine } from "./log-lines";
import { ShopStore } from "./session-keys";
import { shopPool } from "./sources";
import { isWithin, type ShopNode, type Story, storyAround } from "./story";
import type { Habit, Routed, Visitor } from "./visitor";
import { Web } from "./web";

/** A session event as the shop's app posts it. */
export interface ShopEvent {
  time: string;
  type: "session.created" | "session.retrieved" | "session.missing";
  sessionId: string;
  correlationId: string;
  node: string;
  pool: string;
  store: string;
  hit?: boolean;
  latencyMs?: number;
  previousSessionId?: string;
}

/** One thing that the shop's balancers, app or operators write down, and when. */
export type ShopItem =
  | { kind: "line"; at: EpochMs; source: string; text: string }
  | { kind: "event"; at: EpochMs; event: ShopEvent }
  | { kind: "change"; at: EpochMs; change: ChangeInput };

/** What is true of one request; nothing of it is sent anywhere. */
export interface ToldRequest {
  id: string;
  lb: string;
  pool: string;
  client: string;
  from: string;
  startedAt: EpochMs;
  endedAt: EpochMs;
  method: string;
  path: string;
  status: number;
  upgrade: boolean;
  presented: string | null;
  set: string | null;
  node: string | null;
  because: Cause | null;
  also: Cause[];
}

export interface ToldLoss {
  session: string;
  id: string;
  at: EpochMs;
  node: string;
  lostTo: "routing" | "storage" | "client";
}

export interface ShopOptions {
  seed: number;
  /** The moment around which the story is told. */
  now: EpochMs;
  from: EpochMs;
  until: EpochMs;
  /** At an average hour of the day. */
  visitorsPerMinute: number;
  story?: Story;
  /** Is told the truth of each request and of each loss. */
  witness?: { request: (told: ToldRequest) => void; loss: (told: ToldLoss) => void };
}

type Step =
  | { kind: "arrival" }
  | { kind: "redirect" }
  | { kind: "page"; visitor: Visitor }
  | { kind: "written"; item: ShopItem };

/** The average wait of a page in milliseconds, by path. */
const pages: readonly [[string, number], ...[string, number][]] = [
  ["/", 18],
  ["/search?q=lamp", 70],
  ["/search?q=desk&page=2", 85],
  ["/product/1044", 24],
  ["/product/2210", 26],
  ["/product/87", 22],
  ["/cart", 30],
  ["/cart/items", 34],
  ["/checkout", 120],
  ["/checkout/payment", 260],
  ["/account", 40],
  ["/account/orders", 55],
  ["/api/recommendations", 45],
];

const agents: readonly [string, ...string[]] = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/19.1 Safari/605.1.15",
  "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
  "ShopApp/8.2 (Android 16; Pixel 9)",
];

/**
 * A shop's traffic as its load balancers and its app write it down: two
 * HAProxy, one NGINX and one ALB in front of five nodes, from `from` until
 * `until`, in order of time. The same options give the same lines.
 */
export function* playShop(options: ShopOptions): Generator<ShopItem> {
  yield* new Shop(options).items();
}

class Shop {
  readonly #options: ShopOptions;
  readonly #chance: Chance;
  readonly #story: Story;
  readonly #store: ShopStore;
  readonly #agenda = new Agenda<Step>();
  readonly #edges: readonly [Edge, Edge];
  readonly #web: Web;
  readonly #alb: Alb;
  #visitors = 0;

  constructor(options: ShopOptions) {
    this.#options = options;
    this.#chance = chanceFrom(options.seed);
    this.#story = options.story ?? storyAround(options.now);
    this.#store = new ShopStore(this.#story.outages, this.#chance);
    this.#edges = [
      new Edge("edge-1", "demo-edge-1", "SERVERID", 0, this.#story, this.#chance),
      new Edge("edge-2", "demo-edge-2", "SRV", 700, this.#story, this.#chance),
    ];
    this.#web = new Web("web-1", "demo-web", this.#story);
    this.#alb = new Alb("alb", "demo-alb", this.#story, this.#chance);
  }

  *items(): Generator<ShopItem> {
    const { from, until } = this.#options;
    for (const edge of this.#edges)
      for (const { at, text } of edge.stateLines())
        this.#write({ kind: "line", at, source: edge.source, text });
    for (const { at, ...change } of this.#story.changes)
      this.#write({
        kind: "change",
        at,
        change: { at: new Date(at).toISOString(), pool: shopPool, ...change },
      });
    this.#agenda.note(from, { kind: "arrival" });
    this.#agenda.note(from, { kind: "redirect" });
    for (let due = this.#agenda.take(); due && due.at < until; due = this.#agenda.take()) {
      const { at, what } = due;
      if (what.kind === "written") yield what.item;
      else if (what.kind === "page") this.#page(what.visitor, at);
      else if (what.kind === "redirect") this.#redirect(at);
      else this.#arrival(at);
    }
  }

  #write(item: ShopItem): void {
    if (item.at >= this.#options.from) this.#agenda.note(item.at, { kind: "written", item });
  }

  /** Visitors come more in the evening than at night, and in waves of some minutes. */
  #arrival(at: EpochMs): void {
    const hour = (at / 3_600_000) % 24;
    const day = 1 + 0.2 * Math.cos(((hour - 19) / 24) * 2 * Math.PI);
    const wave = 1 + 0.12 * Math.sin(at / 410_000) + 0.08 * Math.sin(at / 97_000);
    const perMinute = this.#options.visitorsPerMinute * day * wave;
    this.#agenda.note(at + this.#chance.wait(60_000 / perMinute), { kind: "arrival" });
    this.#agenda.note(at, { kind: "page", visitor: this.#newVisitor(at) });
  }

  #newVisitor(at: EpochMs): Visitor {
    const chance = this.#chance;
    this.#visitors += 1;
    const way = chance.next();
    const entrance = way < 0.35 ? "edge-1" : way < 0.65 ? "edge-2" : way < 0.85 ? "web-1" : "alb";
    const stale = chance.happens(0.003) && !this.#store.isAway(at);
    const ip = this.#address();
    return {
      name: `visitor ${this.#visitors}`,
      entrance,
      habit: this.#habit(entrance),
      ip,
      port: chance.between(1025, 65_000),
      agent: chance.pick(agents),
      session: stale ? chance.hex(32) : null,
      pagesLeft: 3 + Math.floor(chance.wait(9)),
      bindings: new Map(),
      lastNode: null,
      lastLb: null,
      lastIp: ip,
      awayBecause: null,
    };
  }

  #habit(entrance: string): Habit {
    const draw = this.#chance.next();
    if (entrance === "web-1") return draw < 0.12 ? "roams" : "plain";
    if (entrance === "alb") return "plain";
    if (draw < 0.008) return "drops-cookie";
    if (draw < 0.05) return "sleeps";
    return draw < 0.3 ? "follows-dns" : "plain";
  }

  /** Of the networks kept for benchmarks (RFC 2544), so that nobody's address is shown. */
  #address(): string {
    const chance = this.#chance;
    return `198.${chance.between(18, 19)}.${chance.between(0, 255)}.${chance.between(1, 254)}`;
  }

  #redirect(at: EpochMs): void {
    const edge = this.#chance.pick(this.#edges);
    this.#agenda.note(at + this.#chance.wait(9_000), { kind: "redirect" });
    const exchange = this.#exchange(at, "/", this.#address(), "");
    this.#write({
      kind: "line",
      at,
      source: edge.source,
      text: haproxyRedirect(edge.name, exchange),
    });
  }

  #exchange(at: EpochMs, path: string, ip: string, agent: string): Exchange {
    return {
      startedAt: Math.round(at),
      durationMs: 0,
      ip,
      port: this.#chance.between(1025, 65_000),
      method: "GET",
      path,
      status: 200,
      bytes: this.#chance.between(900, 48_000),
      agent,
      trace: this.#chance.hex(32),
      presented: null,
      set: null,
      node: null,
    };
  }

  #page(visitor: Visitor, at: EpochMs): void {
    const chance = this.#chance;
    const routed = this.#balancerFor(visitor, at).route(visitor, at);
    const [path, averageMs] = chance.pick(pages);
    const exchange = this.#exchange(at, path, visitor.ip, visitor.agent);
    exchange.port = visitor.port;
    exchange.node = routed.node;
    exchange.presented = visitor.session;
    const slow = routed.node?.slowness ?? 1;
    exchange.durationMs = Math.round(2 + averageMs * slow * (0.4 + chance.wait(0.6)));
    if (path.startsWith("/cart/") || path.endsWith("/payment")) exchange.method = "POST";
    if (!routed.answered) exchange.status = routed.node ? 502 : 503;
    else if (chance.happens(0.004)) exchange.status = 500;
    else if (chance.happens(0.015)) exchange.status = 404;
    if (routed.answered && routed.node) this.#serve(visitor, exchange, routed, routed.node);
    const endedAt = exchange.startedAt + exchange.durationMs;
    this.#write({ kind: "line", at: endedAt, source: routed.source, text: routed.line(exchange) });
    this.#tell(visitor, exchange, routed);
    if (routed.answered && routed.node) {
      visitor.session = exchange.set ?? visitor.session;
      visitor.lastNode = routed.node.name;
      visitor.lastLb = routed.lb;
      visitor.lastIp = visitor.ip;
    }
    this.#next(visitor, endedAt);
  }

  #balancerFor(visitor: Visitor, at: EpochMs) {
    if (visitor.entrance === "web-1") return this.#web;
    if (visitor.entrance === "alb") return this.#alb;
    const [one, two] = this.#edges;
    if (visitor.habit === "follows-dns" && isWithin(this.#story.splits, at))
      return this.#chance.pick(this.#edges);
    return visitor.entrance === one.name ? one : two;
  }

  /** The app's part: it finds the session or makes a new one, and reports that. */
  #serve(visitor: Visitor, exchange: Exchange, routed: Routed, node: ShopNode): void {
    const chance = this.#chance;
    const at = exchange.startedAt + Math.ceil(exchange.durationMs / 2);
    const overAlb = routed.lb === "alb";
    const report = (type: ShopEvent["type"], sessionId: string, more: Partial<ShopEvent>) =>
      this.#write({
        kind: "event",
        at,
        event: {
          time: new Date(at + node.clockSkewMs + chance.between(0, 3)).toISOString(),
          type,
          sessionId,
          correlationId: overAlb ? `Root=${amazonRoot(exchange.trace)}` : exchange.trace,
          node: node.host,
          pool: shopPool,
          store: "redis",
          ...more,
        },
      });
    const { session } = visitor;
    if (session !== null && this.#store.knows(session, at)) {
      // Where the log itself names the session, the app reports only a part of the finds.
      if (overAlb || chance.happens(0.3))
        report("session.retrieved", session, { hit: true, latencyMs: chance.between(1, 4) });
      return;
    }
    if (session !== null) {
      report("session.missing", session, { hit: false });
      this.#options.witness?.loss({
        session,
        id: exchange.trace,
        at,
        node: node.name,
        lostTo: visitor.lastNode === null ? "client" : "storage",
      });
    }
    exchange.set = this.#store.create(at);
    report("session.created", exchange.set, session === null ? {} : { previousSessionId: session });
  }

  #tell(visitor: Visitor, exchange: Exchange, routed: Routed): void {
    // Of an ALB's request that no app saw, nobody can know the session.
    const known = routed.answered || routed.lb !== "alb";
    this.#options.witness?.request({
      id: exchange.trace,
      lb: routed.lb,
      pool: shopPool,
      client: visitor.name,
      from: exchange.ip,
      startedAt: exchange.startedAt,
      endedAt: exchange.startedAt + exchange.durationMs,
      method: exchange.method,
      path: exchange.path,
      status: exchange.status,
      upgrade: false,
      presented: known ? exchange.presented : null,
      set: exchange.set,
      node: routed.node?.name ?? null,
      because: routed.because,
      also: routed.also ?? [],
    });
  }

  #next(visitor: Visitor, endedAt: EpochMs): void {
    const chance = this.#chance;
    if (visitor.entrance === "web-1" && chance.happens(0.25)) this.#picture(visitor, endedAt);
    visitor.pagesLeft -= 1;
    if (visitor.pagesLeft <= 0) return;
    if (visitor.habit === "roams" && chance.happens(0.15)) visitor.ip = this.#address();
    const sleeps = visitor.habit === "sleeps" && visitor.pagesLeft === 3;
    const gapMs = sleeps ? chance.between(31, 50) * 60_000 : 1_500 + chance.wait(22_000);
    this.#agenda.note(endedAt + gapMs, { kind: "page", visitor });
  }

  /** A picture that NGINX answers from its own cache: a line without a node. */
  #picture(visitor: Visitor, at: EpochMs): void {
    const exchange = this.#exchange(at + 20, "/static/hero.webp", visitor.ip, visitor.agent);
    exchange.port = visitor.port;
    exchange.durationMs = 1;
    exchange.presented = visitor.session;
    const routed = { lb: this.#web.name, node: null, answered: true, because: null };
    const item = { kind: "line", source: this.#web.source, text: nginxLine(exchange, []) } as const;
    this.#write({ ...item, at: exchange.startedAt + exchange.durationMs });
    this.#tell(visitor, exchange, { ...routed, source: this.#web.source, line: () => item.text });
  }
}

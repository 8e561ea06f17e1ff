import { Agenda } from "@/lib/demo/agenda";
import { type Chance, chanceFrom } from "@/lib/demo/chance";
import type { ShopItem } from "@/lib/demo/shop";
import type { EpochMs } from "@/lib/domain/facts";
import { type Answered, correlationOf, lineOf, stateLine } from "./lines";
import type { World, WorldIncident, WorldKind, WorldNode, WorldPool } from "./world";

interface Visitor {
  pool: WorldPool;
  lb: string;
  ip: string;
  session: string | null;
  /** The node that its persistence cookie names, which balancer set it, and when. */
  bound: { node: string; by: string; at: EpochMs } | null;
  lastNode: string | null;
  lastAt: EpochMs;
  left: number;
  /** Keeps no cookie. */
  isCrawler: boolean;
  /** Of those that an incident of the clients concerns. */
  concerned: boolean;
}

type Step =
  | { kind: "arrival"; pool: WorldPool }
  | { kind: "request"; visitor: Visitor; upgrade: boolean }
  | { kind: "written"; item: ShopItem };

const second = 1000;
const minute = 60 * second;
/** How long until a balancer knows that a node does not answer. */
const noticesMs = 1500;
const flapEveryMs = 45 * second;
const flapDownMs = 16 * second;
const clockOffMs = 4200;
/** NGINX asks a node again that failed after so long. */
const failTimeoutMs = 10 * second;
const paths = ["/", "/list?page=2", "/item/88", "/basket", "/pay", "/me"] as const;

function hashOf(text: string): number {
  let hash = 2166136261;
  for (const sign of text) hash = Math.imul(hash ^ sign.charCodeAt(0), 16777619) >>> 0;
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** Everything that is written down in a world, in order; notes when each incident first showed. */
export class WorldTraffic {
  private readonly chance: Chance;
  private readonly agenda = new Agenda<Step>();
  /** Sessions that the app made: when, and whether its store lost them. */
  private readonly made = new Map<string, { at: EpochMs; isLost: boolean | null }>();
  private readonly outUntil = new Map<string, EpochMs>();

  constructor(private readonly world: World) {
    this.chance = chanceFrom(world.seed * 77 + 5);
  }

  *items(): Generator<ShopItem> {
    const { world, agenda } = this;
    for (const { at, ...change } of world.changes)
      this.note({ kind: "change", at, change: { at: new Date(at).toISOString(), ...change } });
    this.writeStates();
    for (const pool of world.pools) agenda.note(world.from, { kind: "arrival", pool });
    for (let due = agenda.take(); due && due.at < world.to; due = agenda.take()) {
      const { at, what } = due;
      if (what.kind === "written") yield what.item;
      else if (what.kind === "arrival") this.arrive(what.pool, at);
      else this.request(what.visitor, Math.round(at), what.upgrade);
    }
  }

  private note(item: ShopItem): void {
    this.agenda.note(item.at, { kind: "written", item });
  }

  private underway(
    pool: WorldPool,
    kind: WorldKind,
    at: EpochMs,
    lb?: string,
  ): WorldIncident | null {
    for (const one of this.world.incidents)
      if (one.pool === pool.name && one.kind === kind && at >= one.from && at < one.to)
        return one.lb === null || lb === undefined || one.lb === lb ? one : null;
    return null;
  }

  private show(incident: WorldIncident | null, at: EpochMs): void {
    if (incident === null) return;
    incident.shown += 1;
    incident.firstAt = Math.min(at, incident.firstAt ?? at);
  }

  private write(at: EpochMs, source: string, text: string): void {
    const { chance } = this;
    for (const one of this.world.incidents) {
      if (one.lb !== source || at < one.from || at >= one.to) continue;
      if (one.kind === "silent") return;
      if (one.kind !== "rejects" || !chance.happens(0.55)) continue;
      this.show(one, at);
      const cut = text.slice(0, chance.between(5, 30));
      this.note({ kind: "line", at, source, text: chance.pick([cut, `~~ ${chance.hex(12)}`]) });
      return;
    }
    this.note({ kind: "line", at, source, text });
  }

  private writeStates(): void {
    for (const { kind, pool: name, node, from, to } of this.world.incidents) {
      const pool = this.world.pools.find((one) => one.name === name);
      if (pool?.balancer !== "haproxy") continue;
      const falls: [EpochMs, EpochMs][] = kind === "failover" ? [[from, to]] : [];
      if (kind === "health-flap")
        for (let at = from; at < to; at += flapEveryMs)
          falls.push([at, Math.min(at + flapDownMs, to)]);
      for (const [down, up] of falls)
        for (const lb of pool.lbs)
          for (const at of [down + noticesMs, up + noticesMs])
            this.write(at, lb, stateLine(at, lb, `${name}/${node}`, at > up));
    }
  }

  private drainOf(pool: WorldPool, node: string, at: EpochMs) {
    return this.world.drains.find(
      (one) => one.pool === pool.name && one.node === node && at >= one.from && at < one.to,
    );
  }

  private isDead(pool: WorldPool, node: string, at: EpochMs): boolean {
    if (this.underway(pool, "failover", at)?.node === node) return true;
    const flap = this.underway(pool, "health-flap", at);
    return flap?.node === node && (at - flap.from) % flapEveryMs < flapDownMs;
  }

  private isKnownDead(pool: WorldPool, node: string, at: EpochMs): boolean {
    return this.isDead(pool, node, at) && this.isDead(pool, node, at - noticesMs);
  }

  private address(): string {
    const { chance } = this;
    return `203.0.${chance.between(1, 120)}.${chance.between(1, 250)}`;
  }

  private pickOf<T>(items: readonly T[]): T | undefined {
    return items[this.chance.between(0, items.length - 1)];
  }

  private arrive(pool: WorldPool, at: EpochMs): void {
    const { chance } = this;
    const tide = 1 + 0.45 * Math.cos((((at / 3_600_000) % 24) - 15) * ((2 * Math.PI) / 24));
    const perMs = (pool.rate * tide) / pool.requests / 1000;
    this.agenda.note(at + chance.wait(1 / perMs), { kind: "arrival", pool });
    const carries = pool.balancer === "nginx" || pool.balancer === "envoy";
    const visitor: Visitor = {
      pool,
      lb: this.pickOf(pool.lbs) ?? "",
      ip: this.address(),
      session: carries ? chance.hex(26) : null,
      bound: null,
      lastNode: null,
      lastAt: at,
      left: Math.max(1, Math.round(chance.wait(pool.requests))),
      isCrawler: chance.happens(0.006),
      concerned: chance.happens(0.7),
    };
    this.request(visitor, Math.round(at), false);
  }

  private request(visitor: Visitor, at: EpochMs, upgrade: boolean): void {
    const { chance } = this;
    const { pool } = visitor;
    const endedAt = at + (upgrade ? 3 * second : Math.round(4 + chance.wait(45)));
    if (!upgrade) this.planNext(visitor, at, endedAt);
    const answered: Answered = {
      at,
      endedAt,
      ip: visitor.ip,
      path: upgrade ? "/ws" : chance.pick(paths),
      status: upgrade ? 101 : chance.happens(0.002) ? 500 : 200,
      session: visitor.isCrawler ? null : visitor.session,
      begins: null,
      trace: chance.hex(32),
      tries: [],
      cookie: "--",
      retries: "0",
    };
    if (pool.balancer === "haproxy") this.byCookie(visitor, answered, upgrade);
    else if (pool.balancer === "alb") this.byTarget(visitor, answered);
    else this.byHash(visitor, answered);
    const node = answered.tries.at(-1)?.node;
    if (!node) return;
    if (visitor.lastNode !== null && visitor.lastNode !== node.name && !visitor.isCrawler)
      for (const one of this.world.incidents)
        if (one.pool === pool.name && at >= one.from && at < one.to) this.show(one, at);
    if (!upgrade && (pool.balancer === "haproxy" || pool.balancer === "alb"))
      this.serve(visitor, answered, node);
    this.write(endedAt, visitor.lb, lineOf(pool, visitor.lb, answered));
    visitor.lastNode = node.name;
    visitor.lastAt = endedAt;
  }

  private planNext(visitor: Visitor, at: EpochMs, endedAt: EpochMs): void {
    const { chance } = this;
    const { pool } = visitor;
    visitor.left -= 1;
    if (visitor.left > 0)
      this.agenda.note(endedAt + 300 + chance.wait(pool.gapMs), {
        kind: "request",
        visitor,
        upgrade: false,
      });
    const often = this.underway(pool, "websocket-upgrade", at) !== null;
    if (pool.balancer === "haproxy" && visitor.bound && chance.happens(often ? 0.25 : 0.004))
      this.agenda.note(endedAt + 60, { kind: "request", visitor, upgrade: true });
  }

  /** HAProxy with `cookie SRV insert indirect nocache`. */
  private byCookie(visitor: Visitor, answered: Answered, upgrade: boolean): void {
    const { chance } = this;
    const { pool } = visitor;
    const { at, status } = answered;
    const split = this.underway(pool, "lb-disagreement", at);
    if (split && visitor.concerned && chance.happens(0.5))
      visitor.lb = pool.lbs.find((one) => one !== visitor.lb) ?? visitor.lb;
    const { lb, bound } = visitor;
    const unsent = this.underway(pool, "cookie-not-sent", at) !== null && visitor.concerned;
    const alone = upgrade && this.underway(pool, "websocket-upgrade", at) !== null;
    const sends =
      bound !== null && !visitor.isCrawler && !alone && !chance.happens(unsent ? 0.5 : 0.00012);
    let flags = this.underway(pool, "cookie-not-set", at, lb) ? "NN" : "NI";
    let node: WorldNode | undefined;
    if (sends) {
      const named = pool.nodes.find(({ name }) => name === bound.node);
      const renamed = this.underway(pool, "cookie-invalid", at, lb);
      const drain = this.drainOf(pool, bound.node, at);
      if (this.underway(pool, "cookie-expired", at, lb) && at - visitor.lastAt > 7 * second)
        flags = "EI";
      else if ((renamed && bound.at < renamed.from) || (split && bound.by !== lb)) flags = "II";
      else if (this.isKnownDead(pool, bound.node, at) || (drain && at >= drain.stopAt))
        flags = "DI";
      else [flags, node] = ["VN", named];
    }
    node ??= this.choose(pool, at, null);
    if (node && (this.isDead(pool, node.name, at) || chance.happens(0.00015))) {
      if (flags === "VN" && this.isDead(pool, node.name, at)) flags = "DI";
      node = this.choose(pool, at, node.name);
      answered.retries = "+1";
    }
    if (!node) return;
    answered.tries.push({ node, status });
    answered.cookie = flags;
    if (flags.endsWith("I") && !alone) visitor.bound = { node: node.name, by: lb, at };
  }

  private choose(pool: WorldPool, at: EpochMs, but: string | null): WorldNode | undefined {
    const open = pool.nodes.filter(
      ({ name }) =>
        name !== but && !this.drainOf(pool, name, at) && !this.isKnownDead(pool, name, at),
    );
    const uneven = this.underway(pool, "imbalance", at);
    if (uneven && this.chance.happens(0.75)) {
      this.show(uneven, at);
      return open.find(({ name }) => name === uneven.node);
    }
    return this.pickOf(open);
  }

  /** A target group with stickiness. */
  private byTarget(visitor: Visitor, { at, status, tries }: Answered): void {
    const { pool } = visitor;
    visitor.bound ??= { node: this.pickOf(pool.nodes)?.name ?? "", by: visitor.lb, at };
    const node = pool.nodes.find(({ name }) => name === visitor.bound?.node);
    if (node) tries.push({ node, status });
  }

  /** NGINX and Envoy with a hash. */
  private byHash(visitor: Visitor, answered: Answered): void {
    const { chance } = this;
    const { pool } = visitor;
    const { at, status, tries } = answered;
    const roams = this.underway(pool, "client-ip-change", at) !== null && visitor.concerned;
    if (chance.happens(roams ? 0.25 : 0.0003)) visitor.ip = this.address();
    answered.ip = visitor.ip;
    const network = visitor.ip.split(".").slice(0, 3).join(".");
    const key = pool.hashes === "address" ? network : (visitor.session ?? "");
    const grows = this.world.incidents.find(
      (one) => one.kind === "pool-change" && one.pool === pool.name,
    );
    const known = grows && at < grows.from ? pool.nodes.slice(0, -1) : pool.nodes;
    const listed = known.filter(({ name }) => !this.drainOf(pool, name, at));
    const loose = this.underway(pool, "no-affinity", at) !== null;
    const own = loose ? this.pickOf(listed) : listed[hashOf(key) % listed.length];
    if (!own) return;
    const rest = listed.filter((one) => one !== own);
    const other = rest[hashOf(`${key} again`) % rest.length] ?? own;
    const place = `${pool.name} ${own.name}`;
    const isDead = this.isDead(pool, own.name, at);
    const isSick = this.underway(pool, "retry", at)?.node === own.name;
    if (isDead && (this.outUntil.get(place) ?? 0) > at) {
      tries.push({ node: other, status });
    } else if (isDead || chance.happens(isSick ? 0.35 : 0.0004)) {
      if (isDead) this.outUntil.set(place, at + failTimeoutMs);
      tries.push({ node: own, status: 502 }, { node: other, status });
    } else tries.push({ node: own, status });
  }

  /** What the app does with the session, and says of it. */
  private serve(visitor: Visitor, answered: Answered, node: WorldNode): void {
    const { chance } = this;
    const { pool } = visitor;
    const { at, session, trace } = answered;
    const off = this.underway(pool, "clock-offset", at);
    const isOff = off?.node === node.name;
    const tell = (
      type: "session.created" | "session.retrieved" | "session.missing",
      sessionId: string,
      more: { hit?: boolean; previousSessionId?: string } = {},
    ) => {
      if (isOff) this.show(off, at);
      const time = new Date(at + 2 + (isOff ? clockOffMs : 0)).toISOString();
      const correlationId = correlationOf(pool, trace);
      const event = { time, type, sessionId, correlationId, node: node.name, pool: pool.name };
      this.note({ kind: "event", at: at + 5, event: { ...event, store: "redis", ...more } });
    };
    if (session !== null && this.knows(pool, session, at, node.name)) {
      if (pool.balancer === "alb" || chance.happens(0.25))
        tell("session.retrieved", session, { hit: true });
      return;
    }
    if (session !== null) {
      tell("session.missing", session, { hit: false });
      for (const kind of ["storage", "app-restart"] as const)
        this.show(this.underway(pool, kind, at), at);
    }
    const begins = chance.hex(26);
    this.made.set(begins, { at, isLost: null });
    visitor.session = begins;
    if (pool.balancer === "haproxy") answered.begins = begins;
    tell("session.created", begins, session === null ? {} : { previousSessionId: session });
  }

  private knows(pool: WorldPool, session: string, at: EpochMs, node: string): boolean {
    const own = this.made.get(session);
    if (!own) return false;
    for (const one of this.world.incidents) {
      if (one.pool !== pool.name || at < one.from) continue;
      if (one.kind === "app-restart" && one.node === node && own.at < one.from) return false;
      if (one.kind !== "storage" || own.at >= one.from + minute / 2) continue;
      own.isLost ??= this.chance.happens(0.75);
      if (own.isLost) return false;
    }
    return true;
  }
}

import { type Chance, chanceFrom } from "@/lib/demo/chance";
import type { ChangeKind, EpochMs } from "@/lib/domain/facts";

/** What writes a pool's log, and so what binds its sessions. */
export type Balancer = "haproxy" | "nginx" | "envoy" | "alb";

export interface WorldNode {
  name: string;
  address: string;
}

export interface WorldPool {
  name: string;
  balancer: Balancer;
  /** What the hash of NGINX and Envoy is of. */
  hashes: "session" | "address";
  lbs: string[];
  nodes: WorldNode[];
  /** Requests a second at an average hour. */
  rate: number;
  /** Mean time between a session's requests, ms, and how many it has on the mean. */
  gapMs: number;
  requests: number;
}

/** In which pools each kind can be, the node or balancer that it is about, and the change behind it. */
interface Kind {
  pools: readonly string[];
  about: "node" | "lb" | "some-lb" | "pool";
  change?: readonly [ChangeKind, string];
}

export const kinds = {
  failover: {
    pools: ["shop", "admin", "search", "wiki", "media"],
    about: "node",
    change: ["deploy", "Release 77"],
  },
  "health-flap": { pools: ["shop"], about: "node" },
  retry: {
    pools: ["search", "wiki", "media"],
    about: "node",
    change: ["deploy", "Search module 3.3"],
  },
  "pool-change": { pools: ["search", "media"], about: "pool", change: ["scale", "One node more"] },
  "no-affinity": {
    pools: ["search", "media"],
    about: "pool",
    change: ["config", "Upstream edited"],
  },
  "lb-disagreement": {
    pools: ["shop"],
    about: "pool",
    change: ["config", "Second edge in the DNS"],
  },
  "websocket-upgrade": { pools: ["shop"], about: "pool", change: ["deploy", "Chat 1.0"] },
  "cookie-not-set": { pools: ["shop"], about: "some-lb", change: ["config", "Cookie line edited"] },
  "cookie-invalid": {
    pools: ["shop", "admin"],
    about: "some-lb",
    change: ["config", "Servers renamed"],
  },
  "cookie-expired": { pools: ["shop"], about: "some-lb", change: ["config", "maxidle 10s"] },
  "cookie-not-sent": {
    pools: ["shop", "admin"],
    about: "pool",
    change: ["deploy", "Front end 4.2"],
  },
  "client-ip-change": { pools: ["wiki"], about: "pool" },
  storage: {
    pools: ["shop", "admin", "mobile"],
    about: "pool",
    change: ["other", "Redis fails over"],
  },
  "app-restart": { pools: ["shop", "mobile"], about: "node", change: ["deploy", "App 9.1"] },
  imbalance: { pools: ["shop"], about: "node", change: ["config", "Weights edited"] },
  "clock-offset": { pools: ["shop", "mobile"], about: "node" },
  silent: { pools: ["shop", "search", "media"], about: "lb" },
  rejects: { pools: ["shop", "search", "media"], about: "lb" },
} as const satisfies Record<string, Kind>;
export type WorldKind = keyof typeof kinds;
const isKind = (name: string): name is WorldKind => name in kinds;
const worldKinds = Object.keys(kinds).filter(isKind);

export interface WorldIncident {
  kind: WorldKind;
  pool: string;
  from: EpochMs;
  to: EpochMs;
  node: string | null;
  lb: string | null;
  /** The title of the change behind it. */
  culprit: string | null;
  /** How often it showed in what was written, and when first; filled in as it is played. */
  shown: number;
  firstAt: EpochMs | null;
}

/** A node taken out on purpose, with marks. */
export interface WorldDrain {
  pool: string;
  node: string;
  from: EpochMs;
  /** From here on its sessions are sent elsewhere. */
  stopAt: EpochMs;
  to: EpochMs;
}

export interface WorldChange {
  at: EpochMs;
  kind: ChangeKind;
  pool: string;
  node?: string;
  lb?: string;
  title: string;
}

export interface World {
  seed: number;
  from: EpochMs;
  to: EpochMs;
  pools: WorldPool[];
  incidents: WorldIncident[];
  drains: WorldDrain[];
  changes: WorldChange[];
}

const second = 1000;
const minute = 60 * second;
const incidentCount = 14;
/** Before its first incident a pool is calm for so long… */
const leadMs = 45 * minute;
/** …and between two, too. */
const apartMs = 22 * minute;

function nodesOf(pool: string, count: number, net: number): WorldNode[] {
  return Array.from({ length: count }, (_, n) => ({
    name: `${pool}-${String.fromCharCode(97 + n)}`,
    address: `10.${net}.0.${11 + n}:8080`,
  }));
}

function poolsOf(chance: Chance, scale: number): WorldPool[] {
  const rate = (low: number, high: number) => low * (high / low) ** chance.next() * scale;
  const pool = (
    name: string,
    balancer: Balancer,
    lbs: string[],
    [fewest, most]: readonly [number, number],
    perSecond: number,
    net: number,
  ): WorldPool => ({
    name,
    balancer,
    hashes: name === "wiki" ? "address" : "session",
    lbs,
    nodes: nodesOf(name, chance.between(fewest, most), net),
    rate: perSecond,
    gapMs: chance.between(5, 14) * second,
    requests: chance.between(12, 35),
  });
  return [
    pool("shop", "haproxy", ["edge-1", "edge-2"], [4, 6], rate(8, 25), 1),
    pool("admin", "haproxy", ["edge-admin"], [3, 4], rate(1, 2), 2),
    pool("search", "nginx", ["ngx-search"], [3, 6], rate(3, 10), 3),
    pool("wiki", "nginx", ["ngx-wiki"], [3, 4], rate(1.5, 4), 4),
    pool("media", "envoy", ["envoy-1"], [3, 5], rate(1.5, 6), 5),
    pool("mobile", "alb", ["alb-mobile"], [3, 5], rate(2, 6), 6),
  ];
}

/** Times of pools that are taken. */
class Calendar {
  private readonly taken: { pool: string; from: EpochMs; to: EpochMs }[] = [];

  isFree(pool: string, from: EpochMs, to: EpochMs): boolean {
    return this.taken.every((one) => one.pool !== pool || to < one.from || from > one.to);
  }

  take(pool: string, from: EpochMs, to: EpochMs): void {
    this.taken.push({ pool, from, to });
  }
}

/** A world by its seed: six pools behind four kinds of balancers, fourteen incidents of as many kinds, plans and noise. */
export function planWorld(options: {
  seed: number;
  from: EpochMs;
  hours: number;
  scale: number;
}): World {
  const { seed, from, hours, scale } = options;
  const chance = chanceFrom(seed * 7 + 3);
  const to = from + hours * 60 * minute;
  const pools = poolsOf(chance, scale);
  const calendar = new Calendar();
  const changes: WorldChange[] = [];
  const incidents: WorldIncident[] = [];
  const names = worldKinds
    .map((kind) => ({ kind, place: chance.next() }))
    .sort((a, b) => a.place - b.place)
    .slice(0, incidentCount);
  for (const { kind } of names) {
    const incident = incidentOf(kind, { chance, pools, from, to, calendar, incidents });
    if (incident === null) throw new Error(`${hours} hours have no room for ${kind}`);
    const { change }: Kind = kinds[kind];
    const { pool, node, lb } = incident;
    // Nodes fail by themselves, too.
    if (change && !(kind === "failover" && chance.happens(0.5))) {
      incident.culprit = `${change[1]} (${incidents.length})`;
      const before = kind === "pool-change" ? 30 : chance.between(30, 120);
      changes.push({
        at: incident.from - before * second,
        kind: change[0],
        pool,
        title: incident.culprit,
        ...(kind === "app-restart" && node !== null ? { node } : {}),
        ...(lb !== null && chance.happens(0.5) ? { lb } : {}),
      });
    }
    incidents.push(incident);
  }
  incidents.sort((a, b) => a.from - b.from);
  const drains = plansOf({ chance, pools, from, to, calendar, changes });
  for (let n = 0; n < hours * 1.5; n += 1) {
    const pool = pools[chance.between(0, pools.length - 1)]?.name ?? "";
    const at = Math.round(from + chance.next() * (to - from));
    const near = incidents.some(
      (one) => one.pool === pool && at > one.from - 3 * minute && at < one.from + 2 * minute,
    );
    if (near) continue;
    const [kind, title] = chance.pick<readonly [ChangeKind, string]>([
      ["deploy", "New colours"],
      ["config", "Log level"],
      ["other", "Certificate"],
    ]);
    changes.push({ at, kind, pool, title: `${title} ${n}` });
  }
  return { seed, from, to, pools, incidents, drains, changes };
}

interface Planning {
  chance: Chance;
  pools: readonly WorldPool[];
  from: EpochMs;
  to: EpochMs;
  calendar: Calendar;
}

function incidentOf(
  kind: WorldKind,
  planning: Planning & { incidents: readonly WorldIncident[] },
): WorldIncident | null {
  const { chance, pools, from, to, calendar, incidents } = planning;
  const { pools: fitting, about }: Kind = kinds[kind];
  const lasts = (kind === "imbalance" ? 25 : chance.between(5, 14)) * minute;
  for (let tries = 0; tries < 500; tries += 1) {
    const name = fitting[chance.between(0, fitting.length - 1)];
    const pool = pools.find((one) => one.name === name);
    const span = to - from - leadMs - lasts - 20 * minute;
    const at = Math.round(from + leadMs + chance.next() * span);
    if (!pool || !calendar.isFree(pool.name, at - apartMs, at + lasts + apartMs)) continue;
    // A node is added but once.
    if (incidents.some((one) => one.kind === kind && one.pool === pool.name)) continue;
    calendar.take(pool.name, at, at + lasts);
    // The last node of a hash may be the one that is yet to come.
    const nodes = pool.balancer === "haproxy" ? pool.nodes : pool.nodes.slice(0, -1);
    const oneLb = about === "lb" || (about === "some-lb" && chance.happens(0.7));
    return {
      kind,
      pool: pool.name,
      from: at,
      to: at + lasts,
      node: about === "node" ? (nodes[chance.between(0, nodes.length - 1)]?.name ?? null) : null,
      lb: oneLb ? (pool.lbs[chance.between(0, pool.lbs.length - 1)] ?? null) : null,
      culprit: null,
      shown: 0,
      firstAt: null,
    };
  }
  return null;
}

/** Restarts of single nodes with marks, and a rolling release that goes well. */
function plansOf(planning: Planning & { changes: WorldChange[] }): WorldDrain[] {
  const { chance, pools, from, to, calendar, changes } = planning;
  const drains: WorldDrain[] = [];
  const freeAt = (pool: string, lasts: number) => {
    for (let tries = 0; tries < 300; tries += 1) {
      const at = Math.round(from + 35 * minute + chance.next() * (to - from - 70 * minute - lasts));
      if (!calendar.isFree(pool, at - 14 * minute, at + lasts + 14 * minute)) continue;
      calendar.take(pool, at, at + lasts);
      return at;
    }
    return null;
  };
  const restart = (pool: string, node: string, at: EpochMs, stopMs: number, lasts: number) => {
    drains.push({ pool, node, from: at, stopAt: at + stopMs, to: at + lasts });
    changes.push(
      { at, kind: "node-drain", pool, node, title: `Restart of ${node}` },
      { at: at + lasts, kind: "node-up", pool, node, title: `${node} is back` },
    );
  };
  const own = pools.filter(({ balancer }) => balancer !== "alb");
  for (let n = 0; n < 3; n += 1) {
    const pool = own[chance.between(0, own.length - 1)];
    const at = pool ? freeAt(pool.name, 10 * minute) : null;
    const node = pool?.nodes[chance.between(0, pool.nodes.length - 2)];
    if (pool && node && at !== null) restart(pool.name, node.name, at, 90 * second, 7 * minute);
  }
  const [shop] = pools;
  const at = shop ? freeAt(shop.name, 20 * minute) : null;
  if (!shop || at === null) return drains;
  changes.push({ at, kind: "deploy", pool: shop.name, title: "Rolling release 12.0" });
  shop.nodes.forEach((node, n) => {
    restart(shop.name, node.name, at + (20 + 75 * n) * second, 25 * second, minute);
  });
  return drains;
}

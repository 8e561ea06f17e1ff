import { type Chance, chanceFrom } from "@/lib/demo/chance";
import type { ShopNode } from "@/lib/demo/story";
import type { Cause } from "@/lib/domain/causes";
import type { ChangeKind, EpochMs } from "@/lib/domain/facts";

/** How a pool binds its sessions, and so which balancer stands before it. */
export type Binding = "cookie" | "address" | "hash";

export interface DayPool {
  name: string;
  binding: Binding;
  nodes: ShopNode[];
  lbs: string[];
  /** Sessions at the same time, at an average hour. */
  sessions: number;
  /** Mean time between a session's requests, and its mean length. */
  gapMs: number;
  lifeMs: number;
  noise: Noise;
}

/** What goes wrong now and then on any day. */
export interface Noise {
  /** Of the clients: keep no cookie. */
  keepNone: number;
  /** Of the sessions: begin with several requests at once. */
  atOnce: number;
  /** Of the requests: come from another address than the one before. */
  wanders: number;
  /** Of the requests: a first attempt fails. */
  fails: number;
  /** Of the clients: of those that an incident concerns. */
  concerned: number;
}

export const incidentKinds = [
  "failover",
  "health-flap",
  "retry",
  "pool-change",
  "no-affinity",
  "lb-disagreement",
  "websocket-upgrade",
  "cookie-not-set",
  "cookie-invalid",
  "cookie-expired",
  "cookie-not-sent",
  "client-ip-change",
  "concurrent-start",
  "storage",
] as const;
/** What a day has only when it is asked for: it takes longer to show, or is not about bounces. */
export const otherKinds = [
  "imbalance",
  "app-restart",
  "unexplained",
  "clock-offset",
  "silent",
] as const;
export type IncidentKind = (typeof incidentKinds)[number] | (typeof otherKinds)[number];

/** One thing that goes wrong, with all that an alert has to say of it. */
export interface Planted {
  kind: IncidentKind;
  pool: string;
  from: EpochMs;
  to: EpochMs;
  /** The node that it is about; null: all of the pool. */
  node: string | null;
  /** The balancer that it is about; null: all of the pool. */
  lb: string | null;
  /** What an alert may call its cause; null: sessions are lost, no bounce. */
  cause: Cause | null;
  /** The title of the change behind it; null: there is none. */
  culprit: string | null;
}

/** A node that is taken out on purpose, with a mark. */
export interface PlannedDrain {
  pool: string;
  node: string;
  from: EpochMs;
  /** When its last sessions are sent elsewhere. */
  stopAt: EpochMs;
  to: EpochMs;
}

export interface DayChange {
  at: EpochMs;
  kind: ChangeKind;
  pool: string;
  node?: string;
  lb?: string;
  title: string;
}

export interface Day {
  from: EpochMs;
  to: EpochMs;
  seed: number;
  pools: DayPool[];
  incidents: Planted[];
  drains: PlannedDrain[];
  changes: DayChange[];
}

export interface DayOptions {
  seed: number;
  from: EpochMs;
  hours: number;
  /** How many times the usual traffic. */
  scale: number;
  kinds?: readonly IncidentKind[];
  /** Pools of any size, any noise, incidents of any length and kind, and changes that mean nothing close to them. */
  varied?: boolean;
}

const second = 1000;
const minute = 60 * second;

const bindingOf: Record<IncidentKind, readonly Binding[]> = {
  failover: ["cookie", "hash", "address"],
  "health-flap": ["cookie"],
  retry: ["hash", "address"],
  "pool-change": ["hash"],
  "no-affinity": ["hash"],
  "lb-disagreement": ["cookie"],
  "websocket-upgrade": ["cookie"],
  "cookie-not-set": ["cookie"],
  "cookie-invalid": ["cookie"],
  "cookie-expired": ["cookie"],
  "cookie-not-sent": ["cookie"],
  "client-ip-change": ["address"],
  "concurrent-start": ["cookie"],
  storage: ["cookie"],
  imbalance: ["cookie"],
  "app-restart": ["cookie"],
  unexplained: ["hash"],
  "clock-offset": ["cookie"],
  silent: ["cookie"],
};

/** The change that sets an incident off: its kind and its words. */
const culprits: Record<IncidentKind, readonly [ChangeKind, string] | null> = {
  failover: ["deploy", "Deploy 7.3.1 to all nodes"],
  "health-flap": null,
  retry: ["deploy", "Deploy of the search module"],
  "pool-change": ["scale", "Autoscaler adds a node"],
  "no-affinity": ["config", "nginx.conf: upstream rewritten"],
  "lb-disagreement": ["config", "DNS: both edges in one record"],
  "websocket-upgrade": ["deploy", "Chat widget 2.0"],
  "cookie-not-set": ["config", "haproxy.cfg: cookie line changed"],
  "cookie-invalid": ["config", "haproxy.cfg: servers renamed"],
  "cookie-expired": ["config", "haproxy.cfg: maxidle shortened"],
  "cookie-not-sent": ["deploy", "Front end 31: fetch without credentials"],
  "client-ip-change": null,
  "concurrent-start": ["deploy", "Front end 32: requests at once"],
  storage: ["other", "Redis restarted"],
  imbalance: ["config", "haproxy.cfg: weights changed"],
  "app-restart": null,
  unexplained: null,
  "clock-offset": null,
  silent: null,
};

/** Requests are uneven only once sessions have come by it. */
const unevenMs = 40 * 60_000;

const words = "shop cart pay search media admin api wiki forum mail video chat blog auth".split(
  " ",
);

/** A day by its seed: the pools, what goes wrong, what is planned, and marks that mean nothing. */
export function planDay(options: DayOptions): Day {
  const chance = chanceFrom(options.seed);
  const { from, hours, scale, seed, varied = false } = options;
  const to = from + hours * 60 * minute;
  const pools = varied ? variedPools(chance, scale) : planPools(chance, scale);
  const incidents: Planted[] = [];
  const changes: DayChange[] = [];
  // Each pool's times that are taken, with room around them.
  const taken = new Map<string, { from: EpochMs; to: EpochMs }[]>();
  const free = (pool: string, start: EpochMs, end: EpochMs) =>
    (taken.get(pool) ?? []).every((span) => end < span.from || start > span.to);
  const take = (pool: string, start: EpochMs, end: EpochMs) =>
    taken.set(pool, [...(taken.get(pool) ?? []), { from: start, to: end }]);

  for (const kind of options.kinds ?? (varied ? kindsFor(pools, chance) : incidentKinds)) {
    const fitting = pools.filter(({ binding }) => bindingOf[kind].includes(binding));
    let lasts = (varied ? Math.round(3 * 10 ** chance.next()) : chance.between(4, 12)) * minute;
    if (kind === "imbalance") lasts = unevenMs;
    for (let tries = 0; tries < 400; tries += 1) {
      if (tries % 100 === 99) lasts = Math.max(4 * minute, lasts / 2);
      const pool = fitting[chance.between(0, fitting.length - 1)];
      if (!pool) throw new Error(`no pool for ${kind}`);
      const begin = from + 20 * minute + chance.next() * (to - from - lasts - 32 * minute);
      const at = Math.round(begin / 100) * 100;
      if (!free(pool.name, at - 2 * minute, at + lasts)) continue;
      // A node is added but once.
      if (
        kind === "pool-change" &&
        incidents.some((one) => one.kind === kind && one.pool === pool.name)
      )
        continue;
      take(pool.name, at - 12 * minute, at + lasts + 12 * minute);
      incidents.push(plant(kind, pool, at, at + lasts, chance, changes));
      break;
    }
  }

  const drains: PlannedDrain[] = [];
  for (let n = 0; n < 3 + Math.floor(hours / 4); n += 1) {
    const pool = pools[chance.between(0, pools.length - 1)];
    const node = pool?.nodes[chance.between(0, (pool?.nodes.length ?? 1) - 1)];
    const at = from + 15 * minute + chance.next() * (to - from - 40 * minute);
    if (!pool || !node || !free(pool.name, at - minute, at + 12 * minute)) continue;
    take(pool.name, at - minute, at + 20 * minute);
    const drain = { pool: pool.name, node: node.name, from: at, stopAt: at + 2 * minute };
    drains.push({ ...drain, to: at + 8 * minute });
    const mark = { pool: pool.name, node: node.name };
    changes.push(
      { ...mark, at, kind: "node-drain", title: `Drain of ${node.name} for a new kernel` },
      { ...mark, at: at + 8 * minute, kind: "node-up", title: `${node.name} is back` },
    );
  }
  for (let n = 0; n < hours * 2; n += 1) {
    const pool = pools[chance.between(0, pools.length - 1)];
    const at = Math.round(from + chance.next() * (to - from));
    const soon = varied ? 3 * minute : minute;
    const near = incidents.some(
      (one) => one.pool === pool?.name && at > one.from - soon && at < one.from + minute,
    );
    if (!pool || (varied ? near : !free(pool.name, at - minute, at + minute))) continue;
    const [kind, title] = chance.pick<readonly [ChangeKind, string]>([
      ["config", "Rate limits raised"],
      ["deploy", "Deploy of a new logo"],
      ["other", "Certificate renewed"],
    ]);
    changes.push({ at, kind, pool: pool.name, title: `${title} (${n})` });
  }
  incidents.sort((a, b) => a.from - b.from);
  return { from, to, seed, pools, incidents, drains, changes };
}

function planPools(chance: Chance, scale: number): DayPool[] {
  const names = [...words].sort(() => chance.next() - 0.5);
  const bindings: Binding[] = ["cookie", "cookie", "cookie", "hash", "address"];
  if (chance.happens(0.5)) bindings.push("cookie");
  if (chance.happens(0.5)) bindings.push("hash");
  return bindings.map((binding, index): DayPool => {
    const name = `${names[index] ?? "pool"}-${chance.pick(["web", "be", "backend", "v2"])}`;
    const count = chance.between(3, 7);
    const nodes = Array.from({ length: count }, (_, n): ShopNode => {
      const node = chance.happens(0.5) ? `${name}-${n + 1}` : `n${index}${n + 1}.${name}`;
      return {
        name: node,
        address: `10.${40 + index}.0.${10 + n}:8080`,
        host: node,
        slowness: 1,
        clockSkewMs: 0,
      };
    });
    const lbs = binding === "cookie" ? ["edge-a", "edge-b"] : [`${name}-nginx`];
    return {
      name,
      binding,
      nodes,
      lbs,
      sessions: Math.round(chance.between(45, 160) * scale),
      gapMs: chance.between(7, 13) * second,
      lifeMs: chance.between(6, 20) * minute,
      noise: usualNoise,
    };
  });
}

const usualNoise: Noise = {
  keepNone: 0.004,
  atOnce: 0.01,
  wanders: 0.0004,
  fails: 0.0005,
  concerned: 0.6,
};

/** Anything between two numbers, small ones as likely as large ones. */
function anyBetween(chance: Chance, low: number, high: number): number {
  return low * (high / low) ** chance.next();
}

/** Two to six pools, quiet and busy, small and large, each with its own noise. */
function variedPools(chance: Chance, scale: number): DayPool[] {
  const edges = ["edge-a", "edge-b", "edge-c", "edge-d"].slice(0, chance.between(2, 4));
  return planPools(chance, scale)
    .slice(0, chance.between(2, 6))
    .map((pool, index): DayPool => {
      const count = Math.round(anyBetween(chance, 3, 24));
      const nodes = Array.from({ length: count }, (_, n): ShopNode => {
        const node = `${pool.name}-${n + 1}`;
        const address = `10.${40 + index}.1.${10 + n}:8080`;
        return { name: node, address, host: node, slowness: 1, clockSkewMs: 0 };
      });
      const binding = index === 0 ? "cookie" : chance.pick<Binding>(["cookie", "hash", "address"]);
      return {
        ...pool,
        binding,
        nodes,
        lbs: binding === "cookie" ? edges : [`${pool.name}-nginx`],
        sessions: Math.round(anyBetween(chance, 30, 700) * scale),
        gapMs: anyBetween(chance, 4, 25) * second,
        lifeMs: anyBetween(chance, 4, 40) * minute,
        noise: {
          keepNone: anyBetween(chance, 0.0005, 0.02),
          atOnce: anyBetween(chance, 0.001, 0.03),
          wanders: anyBetween(chance, 0.0001, 0.003),
          fails: anyBetween(chance, 0.0001, 0.003),
          concerned: 0.35 + 0.65 * chance.next(),
        },
      };
    });
}

/** Fourteen incidents of kinds that these pools can have. */
function kindsFor(pools: readonly DayPool[], chance: Chance): IncidentKind[] {
  const fitting = incidentKinds.filter((kind) =>
    pools.some(({ binding }) => bindingOf[kind].includes(binding)),
  );
  return Array.from(
    { length: 14 },
    (_, n) => fitting[n] ?? fitting[chance.between(0, fitting.length - 1)],
  ).flatMap((kind) => kind ?? []);
}

const nodeKinds: ReadonlySet<IncidentKind> = new Set([
  "failover",
  "health-flap",
  "retry",
  "imbalance",
  "app-restart",
  "clock-offset",
]);

/** What an alert calls the cause of a kind; null: it is no bounce. */
function causeOf(kind: IncidentKind): Cause | null {
  switch (kind) {
    case "storage":
    case "imbalance":
    case "app-restart":
    case "clock-offset":
    case "silent":
      return null;
    case "unexplained":
      return "no-affinity";
    default:
      return kind;
  }
}

/** Enters what is planted, and its change a little before it. */
function plant(
  kind: IncidentKind,
  pool: DayPool,
  from: EpochMs,
  to: EpochMs,
  chance: Chance,
  changes: DayChange[],
): Planted {
  const aboutNode = nodeKinds.has(kind);
  const aboutLb =
    kind === "cookie-not-set" || kind === "cookie-invalid" || kind === "cookie-expired";
  // The last node of a hash may be one that is yet to be added.
  const nodes = pool.binding === "hash" ? pool.nodes.slice(0, -1) : pool.nodes;
  const node = aboutNode ? (nodes[chance.between(0, nodes.length - 1)]?.name ?? null) : null;
  const one = kind === "silent" || (aboutLb && chance.happens(0.6));
  const lb = one ? chance.pick([pool.lbs[0] ?? "", ...pool.lbs]) : null;
  const culprit = culprits[kind];
  let title: string | null = null;
  if (culprit && (!["failover", "imbalance"].includes(kind) || chance.happens(0.5))) {
    title = `${culprit[1]} (${kind})`;
    const at = from - chance.between(1, 25) * second;
    changes.push({ at, kind: culprit[0], pool: pool.name, ...(lb ? { lb } : {}), title });
  }
  return {
    kind,
    pool: pool.name,
    from,
    to,
    node,
    lb,
    cause: causeOf(kind),
    culprit: title,
  };
}

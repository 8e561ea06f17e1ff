import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Chance, chanceFrom } from "@/lib/demo/chance";
import type { ChangeInput, SourceInput } from "@/lib/schemas/ingest";
import { Apache, type ApacheOptions } from "./apache";
import { Backend, type ReportedEvent } from "./backend";
import { Client, type ClientOptions, type Entrance } from "./client";
import { bareCookie, type SessionCookie } from "./cookies";
import { Haproxy, type HaproxyOptions } from "./haproxy";
import { Nginx, type NginxOptions } from "./nginx";
import { pause } from "./patience";
import { RedisStore } from "./redis-store";
import { SessionStore, type Sessions } from "./session-store";
import {
  bouncesOf,
  type Move,
  type SentRequest,
  sessionsOf,
  type TrueLoss,
  type Truth,
  type Why,
} from "./truth";

/** What a scenario knows of the moves that it made. */
export interface Knowledge {
  why: (move: Move) => Why;
  /** Where a session was lost to; by routing when not told. */
  lostTo?: (loss: { session: string; at: number; node: string }) => TrueLoss["lostTo"];
  sessionKnown?: boolean;
}

/** One run on real balancers: set up, played, and what was known of it. */
export interface Scenario {
  name: string;
  about: string;
  play: (stage: Stage) => Promise<Knowledge>;
}

export interface PlayedSource {
  name: string;
  definition: SourceInput;
  lines: string[];
}

/** All that a run leaves behind: what is shipped, and the truth. */
export interface Play {
  scenario: string;
  recordedAt: string;
  sources: PlayedSource[];
  events: ReportedEvent[];
  changes: ChangeInput[];
  truth: Truth;
}

interface NodeOptions {
  store?: Sessions;
  clockSkewMs?: number;
  reports?: boolean;
  appName?: string;
}

/** Where a scenario is played: it starts nodes, balancers and clients, and clears all away at the end. */
export class Stage {
  readonly pool: string;
  readonly dir: string;
  readonly chance: Chance;
  readonly store = new SessionStore("shared");
  readonly nodes: Backend[] = [];
  readonly balancers: (Apache | Haproxy | Nginx)[] = [];
  readonly changes: ChangeInput[] = [];
  readonly #requests: SentRequest[] = [];
  readonly #clients: Client[] = [];
  /** The app's session cookie; a scenario may choose another before it starts anything. */
  cookie: SessionCookie = bareCookie("sid");
  #redis: RedisStore | null = null;
  readonly #run = randomBytes(3).toString("hex");

  constructor(scenario: string, seed: number) {
    this.pool = `${scenario}-${this.#run}`;
    this.dir = mkdtempSync(join(tmpdir(), "hopwatch-lab-"));
    this.chance = chanceFrom(seed);
  }

  readonly now = (): number => performance.timeOrigin + performance.now();

  async node(name: string, options: NodeOptions = {}): Promise<Backend> {
    const node = new Backend({
      name,
      appName: options.appName ?? `${name}-${this.#run}.internal`,
      store: options.store ?? this.store,
      cookie: this.cookie,
      clockSkewMs: options.clockSkewMs ?? 0,
      reports: options.reports ?? true,
      now: this.now,
    });
    await node.start();
    this.nodes.push(node);
    return node;
  }

  /** Nodes `app1`, `app2`, … that share the stage's store, or keep sessions each for itself. */
  async nodesOf(count: number, options: NodeOptions & { own?: boolean } = {}): Promise<Backend[]> {
    const nodes: Backend[] = [];
    for (let index = 1; index <= count; index += 1) {
      const own = options.own ? { store: new SessionStore(`memory of app${index}`) } : {};
      nodes.push(await this.node(`app${index}`, { ...options, ...own }));
    }
    return nodes;
  }

  /** A real Redis that keeps the sessions of all nodes. */
  async redis(settings: string[] = []): Promise<RedisStore> {
    this.#redis = new RedisStore(this.dir, settings);
    await this.#redis.start();
    return this.#redis;
  }

  async haproxy(
    options: Omit<HaproxyOptions, "dir" | "pool" | "name" | "cookie"> & { name?: string },
  ) {
    const { dir, pool, cookie } = this;
    const balancer = new Haproxy({ name: "edge", dir, pool, cookie: cookie.name, ...options });
    this.balancers.push(balancer);
    await balancer.start();
    return balancer;
  }

  async nginx(options: Omit<NginxOptions, "dir" | "pool" | "name"> & { name?: string }) {
    const balancer = new Nginx({ name: "edge", dir: this.dir, pool: this.pool, ...options });
    this.balancers.push(balancer);
    await balancer.start();
    return balancer;
  }

  async apache(options: Omit<ApacheOptions, "dir" | "pool" | "name"> & { name?: string }) {
    const balancer = new Apache({ name: "edge", dir: this.dir, pool: this.pool, ...options });
    this.balancers.push(balancer);
    await balancer.start();
    return balancer;
  }

  client(via: Entrance, more: Partial<ClientOptions> = {}): Client {
    const client = new Client({
      name: `client${this.#clients.length + 1}`,
      pool: this.pool,
      via,
      chance: this.chance,
      cookie: this.cookie,
      now: this.now,
      record: (request) => this.#requests.push(request),
      ...more,
    });
    this.#clients.push(client);
    return client;
  }

  clients(count: number, via: Entrance, more: Partial<ClientOptions> = {}): Client[] {
    return Array.from({ length: count }, () => this.client(via, more));
  }

  /** Lets each client make `visits` requests one after another, all clients at a time. */
  async browse(clients: Client[], visits: number, gapMs = 40): Promise<void> {
    await Promise.all(
      clients.map(async (client) => {
        for (let visit = 0; visit < visits; visit += 1) {
          await client.get(this.page());
          await pause(this.chance.between(gapMs / 2, gapMs * 1.5));
        }
      }),
    );
  }

  page(): string {
    return this.chance.pick([
      "/",
      "/cart",
      "/search?q=lamp",
      "/product/17",
      "/checkout",
      "/account",
    ]);
  }

  /** A session that began elsewhere: the shared store knows it, the client holds its cookie. */
  signIn(client: Client): string {
    const id = randomBytes(16).toString("hex");
    this.store.keep(id);
    client.jar.set(this.cookie.name, this.cookie.dress(id, "elsewhere"));
    return id;
  }

  change(kind: ChangeInput["kind"], title: string, more: Partial<ChangeInput> = {}): void {
    this.changes.push({
      at: new Date(this.now()).toISOString(),
      kind,
      title,
      pool: this.pool,
      ...more,
    });
  }

  /** Waits for the last log lines, and says what was logged, reported and true. */
  async end(scenario: string, knowledge: Knowledge): Promise<Play> {
    for (const client of this.#clients) client.close();
    for (const balancer of this.balancers) await balancer.logged();
    const chains = sessionsOf(this.#requests);
    const missing = this.nodes.flatMap((node) => node.missing);
    return {
      scenario,
      recordedAt: new Date(this.now()).toISOString(),
      sources: this.balancers.map((balancer) => ({
        name: `${this.pool}-${balancer.name}`,
        definition: balancer.source,
        lines: balancer.lines,
      })),
      events: this.nodes
        .flatMap((node) => node.events)
        .sort((a, b) => a.time.localeCompare(b.time)),
      changes: this.changes,
      truth: {
        scenario,
        pool: this.pool,
        requests: [...this.#requests].sort((a, b) => a.startedAt - b.startedAt),
        bounces: bouncesOf(this.#requests, knowledge.why),
        losses: missing
          .filter((loss) => chains.has(loss.session))
          .map((loss) => ({ ...loss, lostTo: knowledge.lostTo?.(loss) ?? "routing" })),
        nodes: this.nodes.map((node) => ({
          name: node.name,
          names: [node.name, node.address, node.options.appName],
          clockSkewMs: node.options.clockSkewMs,
        })),
        sessionKnown: knowledge.sessionKnown ?? true,
      },
    };
  }

  async clear(): Promise<void> {
    for (const client of this.#clients) client.close();
    for (const balancer of this.balancers) await balancer.stop();
    for (const node of this.nodes) await node.stop();
    await this.#redis?.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Plays a scenario from an empty stage to its end. */
export async function play(scenario: Scenario, seed: number): Promise<Play> {
  const stage = new Stage(scenario.name, seed);
  try {
    const knowledge = await scenario.play(stage);
    return await stage.end(scenario.name, knowledge);
  } finally {
    await stage.clear();
  }
}

/** For scenarios in which nothing may move: a move is a fault of the lab and stops the run. */
export function nothingMoves(move: Move): never {
  throw new Error(`${move.session} moved from ${move.from} to ${move.to} in a healthy scenario`);
}

/** For scenarios in which a session moves only with its address. */
export function whenAddressChanged(move: Move): Why {
  if (move.request.from === move.previous.from)
    throw new Error(`${move.session} moved without a change of address`);
  return { cause: "client-ip-change" };
}

/** For scenarios in which a session moves only from one balancer to the other. */
export function whenBalancerChanged(move: Move): Why {
  if (move.request.lb === move.previous.lb)
    throw new Error(`${move.session} moved behind one balancer`);
  return { cause: "lb-disagreement" };
}

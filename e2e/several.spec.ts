import { rmSync } from "node:fs";
import { chanceFrom } from "@/lib/demo/chance";
import { receiptSchema } from "@/lib/schemas/ingest";
import {
  bounceListSchema,
  lossListSchema,
  overviewSchema,
  sessionListSchema,
} from "@/lib/schemas/results";
import { type Cluster, startCluster } from "@/lib/store/cluster";
import { passableFolder } from "./folder";
import { type OwnServer, startOwnServer } from "./own-server";
import { haproxyLine } from "./shop-lines";
import { expect, test } from "./test";

const key = "a-key-that-all-of-them-know";
const sessions = 240;
const steps = 25;
const nodes = ["web-1", "web-2", "web-3"];
const begin = Math.floor(Date.now() / 60_000) * 60_000 - 1_800_000;

let folder: string;
let cluster: Cluster;
const servers: OwnServer[] = [];

function databaseUrl(name: string): string {
  const url = new URL(cluster.url);
  url.pathname = `/${name}`;
  return url.href;
}

async function start(database: string, roles: string): Promise<OwnServer> {
  const server = await startOwnServer({
    DATABASE_URL: databaseUrl(database),
    HOPWATCH_ROLES: roles,
    HOPWATCH_INGEST_KEY: key,
    HOPWATCH_SECRET: "the-same-key-of-session-hashes-everywhere",
  });
  servers.push(server);
  return server;
}

test.beforeAll(async () => {
  test.setTimeout(180_000);
  folder = passableFolder("several");
  cluster = await startCluster({ directory: folder, database: "several", settings: {} });
  // The other database of the same server; the cluster goes on running.
  await startCluster({ directory: folder, database: "alone", settings: {} });
});
test.afterAll(async () => {
  for (const server of servers) await server.stop();
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A pool whose second node fails in the middle, and whose sessions come back from it in time. */
function lines(): string[] {
  const chance = chanceFrom(11);
  return Array.from({ length: sessions * steps }, (_, n) => {
    const step = Math.floor(n / sessions);
    const session = n % sessions;
    const home = session % nodes.length;
    const away = home === 1 && step >= 10 && step < 18;
    return haproxyLine({
      pool: "shop",
      node: nodes[away ? 2 : home] ?? "",
      session: `key-of-session-${session}`,
      at: new Date(begin + step * 20_000 + session * 50 + chance.between(0, 40)),
      state: away && step === 10 ? "--DI" : "--VN",
    });
  });
}

function events(): unknown[] {
  return Array.from({ length: sessions }, (_, session) => ({
    time: new Date(begin + 10 * 20_000 + session * 50 + 5).toISOString(),
    type: session % 7 === 0 ? "session.missing" : "session.retrieved",
    sessionId: `key-of-session-${session}`,
    node: nodes[session % nodes.length],
  }));
}

async function post(server: OwnServer, where: string, body: string, type = "text/plain") {
  const answer = await fetch(`${server.url}/api/v1/${where}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": type },
    body,
  });
  expect(answer.status, await answer.clone().text()).toBe(200);
  const receipt = receiptSchema.parse(await answer.json());
  expect(receipt.errors).toEqual([]);
  return receipt;
}

function pieces<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  );
}

const window = `from=${new Date(begin - 60_000).toISOString()}&to=${new Date(begin + 1_500_000).toISOString()}`;

/** Everything that a process shows of the window, without what depends on when it is asked. */
async function shown(server: OwnServer) {
  const ask = async (what: string) =>
    (await fetch(`${server.url}/api/v1/${what}${what.includes("?") ? "&" : "?"}${window}`)).json();
  const { items: listed } = sessionListSchema.parse(await ask("sessions?limit=1000"));
  const { items: moved } = bounceListSchema.parse(await ask("bounces?limit=1000"));
  const { items: lost } = lossListSchema.parse(await ask("losses?limit=1000"));
  const { requests, sessions: count, bounces } = overviewSchema.parse(await ask("overview"));
  const byId = (a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id);
  const first = [...listed].sort(byId).filter((session) => session.bounces > 0);
  const timelines = await Promise.all(
    first
      .slice(0, 5)
      .map(async ({ id }) => (await fetch(`${server.url}/api/v1/sessions/${id}`)).json()),
  );
  return {
    timelines,
    moves: await ask("transitions?pool=shop"),
    causes: await ask("bounces/groups?by=cause"),
    heat: await Promise.all(
      ["requests", "sessions", "bouncesIn", "p95"].map((metric) =>
        ask(`heatmap?metric=${metric}&pool=shop`),
      ),
    ),
    figures: { requests: requests.value, sessions: count.value, bounces: bounces.value },
    sessions: [...listed].sort(byId),
    bounces: [...moved].sort(byId),
    losses: [...lost].sort(byId),
  };
}

test("two processes that take in and two that show give the same results as one", async () => {
  test.setTimeout(240_000);
  const told = lines();
  const said = events().map((event) => JSON.stringify(event));
  const alone = await start("alone", "web,ingest,worker");
  await post(alone, "logs/edge", told.join("\n"));
  await post(alone, "events", said.join("\n"), "application/x-ndjson");

  const [shop, desk] = [await start("several", "web,worker"), await start("several", "web")];
  const takers = [await start("several", "ingest"), await start("several", "ingest")];
  const stream = new AbortController();
  const heard = hears(desk, "bounce", stream.signal);

  const chance = chanceFrom(5);
  const parcels = [
    ...pieces(told, 150).map((part) => ["logs/edge", part.join("\n"), "text/plain"] as const),
    ...pieces(said, 40).map((part) => ["events", part.join("\n"), "application/x-ndjson"] as const),
  ]
    .flatMap((parcel) => (chance.next() < 0.25 ? [parcel, parcel] : [parcel]))
    .map((parcel) => ({ parcel, place: chance.next() }))
    .sort((a, b) => a.place - b.place);
  // Both take in at the same time; a parcel that comes twice comes to both or to one.
  const receipts = await Promise.all(
    takers.map(async (taker, own) => {
      const mine = parcels.filter((_, at) => at % takers.length === own);
      const got = [];
      for (const { parcel } of mine) {
        const [where, body, type] = parcel;
        got.push(await post(taker, where, body, type));
      }
      return got;
    }),
  );
  const accepted = receipts.flat().reduce((sum, receipt) => sum + receipt.accepted, 0);
  expect(accepted).toBe(told.length + said.length);

  const expected = await shown(alone);
  expect(expected.sessions).toHaveLength(sessions);
  expect(expected.bounces.length).toBeGreaterThan(0);
  expect(expected.losses.length).toBeGreaterThan(0);
  for (const server of [shop, desk])
    await expect.poll(() => shown(server), { timeout: 60_000 }).toEqual(await shown(alone));

  // What one process took in is heard by those who watch another.
  expect(await heard).toBe(true);
  stream.abort();

  // A process without a role says so, and one of the workers leads.
  const refused = await fetch(`${desk.url}/api/v1/logs/edge`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
    body: lines()[0] ?? "",
  });
  expect(refused.status).toBe(503);
  expect(await refused.text()).toContain("takes in no logs");
  const page = await fetch(`${takers[0]?.url}/sessions`);
  expect(page.status).toBe(503);
  expect(await page.text()).toContain("shows no pages");
  expect((await fetch(`${takers[1]?.url}/readyz`)).status).toBe(200);
  const leaders = await Promise.all(
    servers
      .slice(1)
      .map(async ({ url }) =>
        /^hopwatch_leader 1$/m.test(await (await fetch(`${url}/metrics`)).text()),
      ),
  );
  expect(leaders.filter(Boolean)).toHaveLength(1);
});

/** Whether an event of this name comes over the live stream before it is cut. */
async function hears(server: OwnServer, name: string, signal: AbortSignal): Promise<boolean> {
  const answer = await fetch(`${server.url}/api/v1/stream`, { signal });
  let text = "";
  const decoder = new TextDecoder();
  for await (const part of answer.body ?? []) {
    text += decoder.decode(part, { stream: true });
    if (text.includes(`event: ${name}`) || text.includes(`"type":"${name}"`)) return true;
  }
  return false;
}

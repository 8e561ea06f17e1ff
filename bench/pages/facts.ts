/** Facts for measuring the pages: a long session over many nodes, a wide pool, and a stream that goes on. */
import { cpus } from "node:os";

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const hourMs = 3_600_000;
const two = (value: number) => String(value).padStart(2, "0");

/** The same numbers from 0 to 1 on each run. */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

export interface Shipper {
  url: string;
  key: string;
}

export async function ship(
  { url, key }: Shipper,
  method: "PUT" | "POST",
  path: string,
  body: string,
): Promise<void> {
  const answer = await fetch(`${url}/api/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": method === "PUT" || path === "changes" ? "application/json" : "text/plain",
    },
    body,
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}

export async function declare(to: Shipper, lb: string): Promise<void> {
  await ship(
    to,
    "PUT",
    `sources/${lb}`,
    JSON.stringify({
      format: "haproxy-http",
      lb,
      timezone: "UTC",
      session: { cookie: "sid" },
      affinity: { method: "cookie", cookie: "SRVID" },
    }),
  );
}

export interface Hit {
  lb: string;
  pool: string;
  at: number;
  node: string;
  session: string;
  ms: number;
  status: number;
  flags: string;
  path: string;
  port: number;
}

export function lineOf(hit: Hit): string {
  const clock = new Date(hit.at);
  const text = clock.toISOString();
  const date = `${two(clock.getUTCDate())}/${months[clock.getUTCMonth()]}/${clock.getUTCFullYear()}:${text.slice(11, 23)}`;
  return `198.51.100.7:${hit.port} [${date}] www ${hit.pool}/${hit.node} 0/0/1/${hit.ms - 1}/${hit.ms} ${hit.status} 512 sid=${hit.session} - --${hit.flags} 2/2/1/1/0 0/0 "GET ${hit.path} HTTP/1.1"`;
}

const paths = ["/cart", "/api/items", "/search", "/checkout/payment/confirmation", "/account"];

/** One session: 5,000 requests over 24 nodes and 24 hours, some 600 of them on another node than before. */
export function longSession(end: number): string[] {
  const random = chance(7);
  const step = (24 * hourMs) / 5000;
  let at = end - 24 * hourMs;
  let node = 1;
  return Array.from({ length: 5000 }, (_, n) => {
    at += step * (0.2 + 1.58 * random());
    const moved = random() < 0.12;
    if (moved) node = 1 + Math.floor(random() * 24);
    return lineOf({
      lb: "long-edge",
      pool: "long",
      at: Math.min(Math.round(at), end),
      node: `web-${two(node)}`,
      session: "long-0123456789abcdef",
      ms: 20 + Math.floor(random() * 900),
      status: random() < 0.03 ? 500 : random() < 0.05 ? 404 : 200,
      flags: moved ? (random() < 0.5 ? "DI" : "NI") : "VN",
      path: paths[n % paths.length] ?? "/",
      port: 10_000 + n,
    });
  });
}

/** A pool of 100 nodes over 24 hours: some requests for each node and five minutes, and now and then none. */
export function* widePool(end: number): Generator<string[]> {
  const random = chance(11);
  for (let hour = 0; hour < 24; hour++) {
    const lines: string[] = [];
    for (let step = 0; step < 12; step++) {
      const from = end - 24 * hourMs + hour * hourMs + step * 300_000;
      for (let node = 1; node <= 100; node++) {
        if (random() < 0.03) continue;
        for (let n = 0; n < 2; n++)
          lines.push(
            lineOf({
              lb: "wide-edge",
              pool: "wide",
              at: from + Math.floor(random() * 290_000),
              node: `n-${String(node).padStart(3, "0")}`,
              session: `wide-${Math.floor(random() * 4000)}`,
              ms: 20 + Math.floor(random() * 300),
              status: random() < 0.02 ? 500 : 200,
              flags: "VN",
              path: "/a",
              port: 10_000 + lines.length,
            }),
          );
      }
    }
    yield lines;
  }
}

const restMs = 2000;

/**
 * Waits until what was shipped is judged: the figures of a day stand still for three looks, two seconds apart. A page
 * that is measured before shares its server with the judging of a hundred thousand lines.
 */
export async function judged({ url }: Shipper): Promise<void> {
  let before = "";
  for (let same = 0; same < 3; ) {
    await new Promise((resolve) => setTimeout(resolve, restMs));
    const answers = await Promise.all(
      // Not the demo's, which goes on.
      [
        "transitions?pool=long",
        "transitions?pool=wide",
        "losses?pool=long",
        "losses?pool=wide",
      ].map(async (path) => (await fetch(`${url}/api/v1/${path}&from=now-25h&to=now`)).text()),
    );
    const now = answers.join();
    same = now === before ? same + 1 : 0;
    before = now;
  }
}

/** A machine on which a server follows the demo alone works less than this, in cores. */
const calmCores = 0.4;
const longestRestMs = 120_000;

/**
 * Waits until the server and its database have caught up with what the sources and rules make of a whole day at once: the
 * whole machine is looked at, as PostgreSQL does most of it.
 */
export async function rested(): Promise<void> {
  const workedMs = () =>
    cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
  const begun = performance.now();
  for (let calm = 0; calm < 3 && performance.now() - begun < longestRestMs; ) {
    const [before, at] = [workedMs(), performance.now()];
    await new Promise((resolve) => setTimeout(resolve, restMs));
    const cores = (workedMs() - before) / (performance.now() - at);
    calm = cores < calmCores ? calm + 1 : 0;
  }
}

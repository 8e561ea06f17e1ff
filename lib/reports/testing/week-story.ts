/** Three weeks of random lines, events and changes, by a seed. */

export const dayMs = 86_400_000;
export const weekStart = Date.UTC(2026, 10, 16);
export const weekEnd = weekStart + 7 * dayMs;
export const now = weekEnd + 5 * 60_000;
export const pools = ["checkout", "portal"];
export const plantedAt = weekStart + 3 * dayMs + 10 * 3_600_000;

/** A row of numbers that look random, from 0 to 1, fixed by its seed (mulberry32). */
function randomFrom(first: number): () => number {
  let seed = first;
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const two = (n: number) => String(n).padStart(2, "0");

function dateOf(at: number): string {
  const d = new Date(at);
  const clock = `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
  return `${two(d.getUTCDate())}/${months[d.getUTCMonth()]}/${d.getUTCFullYear()}:${clock}.${String(d.getUTCMilliseconds()).padStart(3, "0")}`;
}

type Free = (at: number) => number;

/** No two facts at one millisecond: their order is then told by time alone. */
function freeTimes(): Free {
  const taken = new Set<number>();
  return (at) => {
    let ms = Math.floor(at);
    while (taken.has(ms)) ms += 1;
    taken.add(ms);
    return ms;
  };
}

export interface WeekStory {
  lines: Map<string, string[]>;
  events: string[];
  changes: object[];
}

export function weekStory(seed: number): WeekStory {
  const random = randomFrom(seed);
  const below = (n: number) => Math.floor(random() * n);
  const free = freeTimes();
  const lines = new Map<string, string[]>([
    ["edge-1", []],
    ["edge-2", []],
  ]);
  const events: string[] = [];
  const changes: object[] = [];
  const tell = (at: number, type: string, sid: string, pool: string | null, node: string) =>
    events.push(
      JSON.stringify({
        time: new Date(at).toISOString(),
        type,
        sessionId: sid,
        node,
        ...(pool === null ? {} : { pool }),
        store: "memory",
      }),
    );
  for (let n = 0; n < 260; n++) {
    const pool = pools[below(2)] ?? "checkout";
    let sid = `session-${n}`;
    let node = 1 + below(3);
    let at = weekStart - 14 * dayMs + random() * 21 * dayMs;
    const count = 1 + below(9);
    for (let r = 0; r < count; r++) {
      if (random() < 0.18) node = 1 + below(3);
      const started = free(at);
      const begins = random() < 0.05;
      const flags = ["VN", "VN", "VN", "DI", "NI", "IN"][below(6)];
      const status = random() < 0.06 ? 503 : 200;
      const ms = 5 + below(400);
      const to = random() < 0.04 ? "<NOSRV>" : `web-${node}`;
      const lb = random() < 0.5 ? "edge-1" : "edge-2";
      lines
        .get(lb)
        ?.push(
          `198.51.100.7:40000 [${dateOf(started)}] www ${pool}/${to} 0/0/1/${ms - 1}/${ms} ${status} 512 sid=${sid} ${begins ? `sid=${sid}x` : "-"} --${flags} 2/2/1/1/0 0/0 "GET /${n}/${r} HTTP/1.1"`,
        );
      if (random() < 0.12) {
        const lostAt = free(started + 2);
        tell(lostAt, "session.missing", sid, random() < 0.7 ? pool : null, `web-${node}`);
        if (random() < 0.6)
          tell(free(lostAt + 1 + below(600_000)), "session.created", sid, pool, `web-${node}`);
      } else if (random() < 0.3)
        tell(free(started + 1), "session.retrieved", sid, pool, `web-${node}`);
      if (begins) sid = `${sid}x`;
      at += random() < 0.1 ? random() * 2 * dayMs : 500 + random() * 90_000;
      if (at > now - dayMs / 24) break;
    }
  }
  for (let n = 0; n < 30; n++)
    changes.push({
      at: new Date(free(weekStart - 14 * dayMs + random() * 21 * dayMs)).toISOString(),
      kind: random() < 0.5 ? "node-down" : "deploy",
      pool: pools[below(2)],
      node: `web-${1 + below(3)}`,
      title: `change ${n}`,
    });
  plant(free, lines, changes);
  return { lines, events, changes };
}

/** A deploy of checkout after which every fourth session is sent to another node. */
function plant(free: Free, lines: Map<string, string[]>, changes: object[]): void {
  changes.push({
    at: new Date(plantedAt).toISOString(),
    kind: "deploy",
    pool: "checkout",
    title: "the planted deploy",
  });
  for (let n = 0; n < 160; n++)
    for (const step of [0, 1]) {
      const at = free(plantedAt - 28 * 60_000 + n * 20_000 + step * 2_000);
      const node = step === 1 && at > plantedAt && n % 4 === 0 ? 2 : 1;
      lines
        .get("edge-1")
        ?.push(
          `198.51.100.7:40000 [${dateOf(at)}] www checkout/web-${node} 0/0/1/9/10 200 512 sid=planted-${n} - --VN 2/2/1/1/0 0/0 "GET /${n} HTTP/1.1"`,
        );
    }
}

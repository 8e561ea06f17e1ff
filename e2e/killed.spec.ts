import { gzipSync } from "node:zlib";
import { receiptSchema } from "@/lib/schemas/ingest";
import { overviewSchema, sessionListSchema } from "@/lib/schemas/results";
import { type OwnServer, startOwnServer } from "./own-server";
import { expect, test } from "./test";

const lines = 80_000;
const sessions = 400;

function haproxyLines(): string {
  const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  const start = Date.now() - 3_600_000;
  const texts: string[] = [];
  for (let n = 0; n < lines; n++) {
    const at = new Date(start + n * 40).toISOString();
    const date = `${at.slice(8, 10)}/${months[Number(at.slice(5, 7)) - 1]}/${at.slice(0, 4)}:${at.slice(11, 23)}`;
    const session = n % sessions;
    const node = session % 10 === 0 && n % (sessions * 7) === 0 ? 9 : session % 5;
    texts.push(
      `10.0.${session % 250}.9:${2000 + (n % 50_000)} [${date}] www shop/web-${node} 0/0/1/${n % 90}/${n % 90} 200 512 sid=key-of-session-${session} - --VN 1/1/1/1/0 0/0 "GET /${n} HTTP/1.1"`,
    );
  }
  return texts.join("\n");
}

let server: OwnServer;
test.beforeAll(async () => {
  server = await startOwnServer();
});
test.afterAll(async () => {
  await server?.stop();
});

async function send(body: Buffer) {
  const answer = await fetch(`${server.url}/api/v1/logs/edge`, {
    method: "POST",
    headers: { Authorization: `Bearer ${server.key}`, "Content-Encoding": "gzip" },
    body: new Uint8Array(body),
  });
  return receiptSchema.parse(await answer.json());
}

async function stored(): Promise<number> {
  const answer = await fetch(`${server.url}/api/v1/overview?from=now-2h`);
  return overviewSchema.parse(await answer.json()).requests.value ?? 0;
}

async function sumOfSessions(): Promise<{ requests: number; bounces: number }> {
  const answer = await fetch(`${server.url}/api/v1/sessions?from=now-2h&limit=1000`);
  const { items } = sessionListSchema.parse(await answer.json());
  return {
    requests: items.reduce((sum, session) => sum + session.requests, 0),
    bounces: items.reduce((sum, session) => sum + session.bounces, 0),
  };
}

test("a server killed while it takes lines in loses none of those and counts none twice", async () => {
  test.setTimeout(180_000);
  const text = haproxyLines();
  const body = gzipSync(text);
  const cut = send(body).then(
    () => "answered",
    () => "cut off",
  );
  await expect.poll(stored, { timeout: 60_000, intervals: [50] }).toBeGreaterThan(0);
  await server.killAndStart();
  expect(await cut).toBe("cut off");
  const kept = await stored();
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(lines);

  const again = await send(body);
  expect(again).toMatchObject({ accepted: lines - kept, duplicates: kept, rejected: 0 });
  expect(await stored()).toBe(lines);
  await expect.poll(async () => (await sumOfSessions()).requests).toBe(lines);

  // Of the first session, which goes to another node at its first request and at each seventh, and back.
  const moves = 2 * Math.ceil(lines / sessions / 7) - 1;
  await expect.poll(async () => (await sumOfSessions()).bounces, { timeout: 60_000 }).toBe(moves);
  const before = await sumOfSessions();
  expect(await send(body)).toMatchObject({ accepted: 0, duplicates: lines });
  expect(await sumOfSessions()).toEqual(before);
});

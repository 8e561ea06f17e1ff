import { afterAll, beforeAll, expect, it } from "vitest";
import { body, testIngestion } from "@/lib/ingest/ingestion.fixture";
import { rulesOf } from "@/lib/ingest/source-rules";
import { json } from "@/lib/store/alerts/rows";
import { createPrisma } from "@/lib/store/prisma";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import type { Settled } from "./settle";
import { Settler } from "./settler";

const noon = Date.UTC(2026, 10, 21, 12);
let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const request = (at: string, node: string) =>
  `198.51.100.7:40000 [21/Nov/2026:${at}] www shop/${node} 0/0/1/5/6 200 512 sid=one - --VN 2/2/1/1/0 0/0 "GET /cart HTTP/1.1"`;

it("says from when on a verdict is another, also where no bounce is new", async () => {
  const told: Settled[] = [];
  const { pool } = database;
  const prisma = createPrisma(pool);
  const settler = new Settler({
    pool,
    now: () => Date.now(),
    onSettled: (settled) => told.push(settled),
    onError: (error) => {
      throw error;
    },
  });
  const ingestion = testIngestion(pool, () => noon, { onWritten: () => settler.kick() });
  const source = rulesOf(
    await prisma.source.create({
      data: {
        name: "edge",
        format: "haproxy-http",
        timezone: "UTC",
        session: json({ cookie: "sid" }),
        createdAt: new Date(noon),
        updatedAt: new Date(noon),
      },
    }),
  );
  const send = async (...lines: string[]) => {
    told.splice(0);
    await ingestion.logs(source, { chunks: body(lines.join("\n")), encoding: null });
    await ingestion.idle();
    await settler.drain();
    return told.filter(({ from }) => from !== null);
  };
  const bounceAt = Date.UTC(2026, 10, 21, 11, 0, 30);

  const [found] = await send(request("11:00:00.000", "web-1"), request("11:00:30.000", "web-2"));
  expect(found).toMatchObject({ from: bounceAt, bounces: [{ cause: expect.any(String) }] });

  const [judgedAnew, ...more] = await send(
    "Nov 21 11:00:20 edge haproxy[1]: Server shop/web-1 is DOWN, reason: Layer4 timeout, check duration: 2000ms. 1 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.",
  );
  expect(more).toEqual([]);
  expect(judgedAnew).toMatchObject({ bounces: [], losses: [], from: bounceAt });
  expect(judgedAnew?.pools).toEqual(found?.pools);

  expect(await send(request("11:00:40.000", "web-2"))).toEqual([]);
  await settler.stop();
  await prisma.$disconnect();
}, 120_000);

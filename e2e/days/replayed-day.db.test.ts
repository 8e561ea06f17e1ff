import { afterAll, beforeAll, expect, it } from "vitest";
import type { StoredAlert } from "@/lib/alerts/stored";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { faultsOf, faultWords } from "./compare";
import { planDay } from "./plan";
import { playedDay, replay } from "./replay";

/** A day cut short to an hour and a quarter, so that it can be played with every run of the tests. */
const day = planDay({
  seed: 3,
  from: Date.UTC(2026, 10, 20, 12),
  hours: 1.25,
  scale: 0.5,
  kinds: ["failover", "cookie-invalid", "cookie-not-sent", "client-ip-change", "storage"],
});
const databases: TestDatabase[] = [];

beforeAll(async () => {
  databases.push(await testDatabase(), await testDatabase());
});
afterAll(async () => {
  await Promise.all(databases.map((database) => database.close()));
});

async function played(
  database: TestDatabase | undefined,
  how: { lateMs: number; shuffled: boolean },
) {
  if (!database) throw new Error("there is a database");
  return await replay(database.pool, playedDay(day), { everyMs: 5 * 60_000, ...how });
}

/** What stays the same, however its lines came. */
function told(alerts: readonly StoredAlert[]) {
  return alerts
    .filter(({ firedAt }) => firedAt !== null)
    .map(({ pool, subject, row, since, firedAt, content }) => ({
      pool,
      subject,
      cause: row.cause,
      since,
      firedAt,
      nodes: content?.nodes
        .filter(({ involved }) => involved)
        .map(({ name }) => name)
        .sort(),
    }));
}

it("a day's incidents are alerts with their cause, their place and their change, however late and in whatever order its lines come", async () => {
  const alerts = await played(databases[0], { lateMs: 0, shuffled: false });
  expect(faultsOf(day, alerts).map(faultWords)).toEqual([]);
  const late = await played(databases[1], { lateMs: 5 * 60_000, shuffled: true });
  expect(told(late)).toEqual(told(alerts));
}, 1_800_000);

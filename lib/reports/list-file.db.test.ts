import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { publicId } from "@/lib/domain/session-key";
import { bounceListSchema, bouncesQuery } from "@/lib/schemas/results";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { bounces } from "./bounces";
import { bounceColumns, listFile } from "./list-file";
import { addBounce, addLb, addNode, addPool, ago, now, uuid } from "./reports.fixture";

let database: TestDatabase;
const count = 25;
const session = uuid("cafe0001");

beforeAll(async () => {
  database = await testDatabase();
  const { pool: db } = database;
  await addPool(db, 1, "checkout");
  await addLb(db, 1, "=cmd|' /C calc'!A0");
  await addNode(db, 1, 1, "web-01");
  await addNode(db, 2, 1, "web-02");
  for (let at = 1; at <= count; at += 1)
    await addBounce(db, { session, at: ago(at), from: 1, to: 2 });
});
afterAll(() => database.close());

async function fileOf(format: "csv" | "json", columns?: string): Promise<string> {
  const query = bouncesQuery.parse({ pool: "checkout" });
  const pieces = await listFile(format, bounceColumns, columns, (cursor) =>
    bounces(database.pool, { ...query, cursor, limit: 10 }, now),
  );
  let text = "";
  for await (const piece of pieces) text += piece;
  return text;
}

describe("a list as a file", () => {
  it("holds all that match, over several pages, as a list of the interface", async () => {
    const list = bounceListSchema.parse(JSON.parse(await fileOf("json")));
    expect(list.items).toHaveLength(count);
    expect(list.nextCursor).toBeNull();
    expect(new Set(list.items.map((item) => item.id)).size).toBe(count);
  });

  it("is a table of the chosen columns, sessions by their public id, formulas made harmless", async () => {
    const lines = (await fileOf("csv", "session,lb,from,to")).trimEnd().split("\r\n");
    expect(lines[0]).toBe("session,lb,from,to");
    expect(lines).toHaveLength(count + 1);
    expect(lines[1]).toBe(`${publicId(session)},"'=cmd|' /C calc'!A0",web-01,web-02`);
  });

  it("refuses a column that there is not", async () => {
    await expect(fileOf("csv", "password")).rejects.toThrow(/columns/);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { publicId } from "@/lib/domain/session-key";
import { timelineQuery } from "@/lib/schemas/results";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { annotate, reannotate, unannotate } from "./annotations";
import { addLb, addNode, addPool, addRequest, addSession, ago, now, uuid } from "./reports.fixture";
import { timeline } from "./timeline";

const session = uuid("4444dddd");
const id = publicId(session);

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  const { pool: db } = database;
  await addPool(db, 1, "checkout");
  await addLb(db, 1, "edge-1");
  await addNode(db, 1, 1, "web-01");
  await addRequest(db, { session, at: ago(1000) });
  await addSession(db, { session, first: ago(1000), last: ago(900) });
});
afterAll(() => database.close());

const at = (secondsAgo: number) => new Date(ago(secondsAgo)).toISOString();
const told = async () =>
  (await timeline(database.pool, id, timelineQuery.parse({}), now)).annotations;

describe("notes on a session", () => {
  it("are told in the order of its time, whoever wrote first", async () => {
    const second = { at: at(910), text: "  The deploy ended ", author: "Mara" };
    const { annotation, pools } = await annotate(database.pool, id, second, now);
    expect(annotation).toMatchObject({ text: "The deploy ended", author: "Mara", editedAt: null });
    expect(pools).toEqual(["checkout"]);
    await annotate(database.pool, id, { at: at(950), text: "It began" }, now + 1);
    expect((await told()).map(({ text, author }) => [text, author])).toEqual([
      ["It began", null],
      ["The deploy ended", "Mara"],
    ]);
  });

  it("are changed and say so, and are taken away", async () => {
    const [first] = await told();
    const key = first?.id ?? "";
    await reannotate(database.pool, id, key, { at: at(940), text: "It began later" }, now + 5);
    expect((await told())[0]).toMatchObject({
      text: "It began later",
      at: at(940),
      editedAt: new Date(now + 5).toISOString(),
    });
    await unannotate(database.pool, id, key);
    expect(await told()).toHaveLength(1);
  });

  it("are of a session that is known, and have an id of that session", async () => {
    const input = { at: at(1), text: "no" };
    const missing = expect.objectContaining({ status: 404 });
    await expect(annotate(database.pool, "00000000deadbeef", input, now)).rejects.toEqual(missing);
    await expect(reannotate(database.pool, id, "none", input, now)).rejects.toEqual(missing);
    await expect(unannotate(database.pool, id, "none")).rejects.toEqual(missing);
  });
});

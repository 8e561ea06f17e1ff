import { expect, it } from "vitest";
import { z } from "zod";
import { oneReading } from "./one-reading";
import { defineQuery, type Queryable } from "./query";

const place = defineQuery({
  name: "place",
  sql: "SELECT $id AS id",
  params: z.object({ id: z.number() }),
  row: z.object({ id: z.number(), asked: z.number() }),
});

/** Counts what it is asked. */
function counting(): { db: Queryable; asked: () => number } {
  let count = 0;
  const query = (sent: { values: unknown[] }) => {
    count += 1;
    return Promise.resolve({ rows: [{ id: sent.values[0], asked: count }] });
  };

  return { db: { query } as unknown as Queryable, asked: () => count };
}

it("asks the database once for what a page's reports ask in the same words", async () => {
  const { db, asked } = counting();
  const told = await oneReading(() =>
    Promise.all([place(db, { id: 1 }), place(db, { id: 2 }), place(db, { id: 1 })]),
  );
  expect(told.map(([row]) => row?.id)).toEqual([1, 2, 1]);
  expect(asked()).toBe(2);
});

it("asks anew for the next page, and outside of pages each time", async () => {
  const { db, asked } = counting();
  for (let page = 0; page < 2; page++) await oneReading(() => place(db, { id: 1 }));
  expect(asked()).toBe(2);
  await place(db, { id: 1 });
  await place(db, { id: 1 });
  expect(asked()).toBe(4);
});

it("keeps databases apart, and gives each who asks a list of its own", async () => {
  const [one, other] = [counting(), counting()];
  await oneReading(async () => {
    const first = await place(one.db, { id: 1 });
    first.length = 0;
    expect(await place(one.db, { id: 1 })).toHaveLength(1);
    await place(other.db, { id: 1 });
  });
  expect([one.asked(), other.asked()]).toEqual([1, 1]);
});

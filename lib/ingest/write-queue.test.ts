import { expect, it } from "vitest";
import { type Batch, emptyBatch } from "./batch";
import { type Outcome, WriteQueue, type Writing } from "./write-queue";

function batch(source: number, size: number): Batch {
  const own = emptyBatch(source, 0);
  for (let n = 0; n < size; n++)
    own.rejects.push({ source, near: null, id: String(n), reason: "none", text: "" });
  return own;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A queue whose transactions end when a test says so. */
function heldQueue() {
  const open: { sources: number[]; writing: Writing; end: () => void }[] = [];
  const queue = new WriteQueue(
    (batches, writing) =>
      new Promise<Outcome[]>((resolve) => {
        const sources = batches.map(({ source }) => source);
        const entry = {
          sources,
          writing,
          end: () => {
            open.splice(open.indexOf(entry), 1);
            resolve(batches.map(() => ({ accepted: 0, duplicates: 0 })));
          },
        };
        open.push(entry);
      }),
    () => 0,
  );
  return { queue, open, written: () => open.map(({ sources }) => sources) };
}

it("writes lone lines beside the large parts that are written, those that came together as one", async () => {
  const { queue, open, written } = heldQueue();
  const all = [1, 2].map((source) => queue.add(batch(source, 30_000)));
  await turn();
  expect(written()).toEqual([[1]]);
  all.push(...[11, 12].map((source) => queue.add(batch(source, 1))));
  await turn();
  expect(written()).toEqual([[1], [11, 12]]);
  // What comes while a small one is written is gathered.
  all.push(...[13, 14].map((source) => queue.add(batch(source, 1))));
  await turn();
  expect(written()).toEqual([[1], [11, 12]]);
  open[1]?.end();
  await turn();
  expect(written()).toEqual([[1], [13, 14]]);
  open[1]?.end();
  await turn();
  open[0]?.end();
  await turn();
  expect(written()).toEqual([[2]]);
  open[0]?.end();
  await Promise.all(all);
});

it("sends the rows of a full transaction while the one before sums up, and no others", async () => {
  const { queue, open, written } = heldQueue();
  const all = [1, 2, 3, 4].map((source) => queue.add(batch(source, 10_000)));
  await turn();
  expect(written()).toEqual([[1]]);
  open[0]?.writing.copied();
  expect(written()).toEqual([[1], [2, 3]]);
  open[1]?.writing.copied();
  await turn();
  expect(written()).toEqual([[1], [2, 3]]);
  for (const { end } of [...open]) end();
  await turn();
  expect(written()).toEqual([[4]]);
  expect(open[0]?.writing.moreFollows()).toBe(false);
  open[0]?.end();
  await Promise.all(all);
  await queue.idle();
});

it("writes more at a time while that goes quickly, and less where a lone line would wait long for it", async () => {
  const written: number[] = [];
  let now = 0;
  let factsPerMs = 100;
  const queue = new WriteQueue(
    async (batches) => {
      written.push(batches.length);
      now += (batches.length * 10_000) / factsPerMs;
      return batches.map(() => ({ accepted: 0, duplicates: 0 }));
    },
    () => now,
  );
  const many = (count: number) =>
    Promise.all(Array.from({ length: count }, () => queue.add(batch(1, 10_000))));
  await many(15);
  expect(written).toEqual([1, 2, 4, 4, 4]);
  written.length = 0;
  factsPerMs = 40;
  await many(8);
  expect(written).toEqual([4, 2, 2]);
});

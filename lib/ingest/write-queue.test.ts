import { expect, it } from "vitest";
import { type Batch, emptyBatch } from "./batch";
import { WriteQueue } from "./write-queue";

function batch(source: number, size: number): Batch {
  const own = emptyBatch(source, 0);
  for (let n = 0; n < size; n++)
    own.rejects.push({ source, id: String(n), reason: "none", text: "" });
  return own;
}

it("writes a lone line before the large parts that wait, and large parts between small ones", async () => {
  const written: number[][] = [];
  const queue = new WriteQueue(
    async (batches) => {
      written.push(batches.map(({ source }) => source));
      // While the first part is written, others come.
      if (written.length === 1)
        void Promise.all([11, 12].map((source) => queue.add(batch(source, 1))));
      if (written.length === 2) void queue.add(batch(13, 1));
      return batches.map(() => ({ accepted: 0, duplicates: 0 }));
    },
    () => 0,
  );
  await Promise.all([1, 2, 3].map((source) => queue.add(batch(source, 30_000))));
  await queue.idle();
  expect(written).toEqual([[1], [11, 12], [2], [13], [3]]);
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

import { expect, it } from "vitest";
import { sizeOf } from "./batch";
import { Delivery } from "./deliveries";

/** A delivery whose batches are counted, and written at once. */
function delivery(share: () => number) {
  const sizes: number[] = [];
  const queue = {
    add: async (batch: Parameters<typeof sizeOf>[0]) => {
      sizes.push(sizeOf(batch));
      return { accepted: 0, duplicates: 0 };
    },
    hasRoom: true,
  };
  return { sizes, own: new Delivery(1, "lb", 0, queue, 1, share) };
}

async function take(own: Delivery, count: number) {
  for (let n = 0; n < count; n++) {
    own.reject(n, "no line", "x", String(n));
    await own.flushWhenFull();
  }
}

it("hands over what it gathered sooner when many come at once", async () => {
  let open = 1;
  const { sizes, own } = delivery(() => 600 / open);
  await take(own, 600);
  open = 6;
  await take(own, 250);
  await own.finish();
  expect(sizes).toEqual([600, 100, 100, 50]);
});

it("hands over long facts sooner than short ones", async () => {
  const { sizes, own } = delivery(() => 100);
  for (let n = 0; n < 10; n++) {
    own.facts.bytes += 20 * 1024;
    await take(own, 1);
  }
  await own.finish();
  expect(sizes).toEqual([100, 100]);
});

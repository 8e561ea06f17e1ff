import { expect, it } from "vitest";
import { Unread } from "./unread";

async function* ofSize(...sizes: number[]) {
  for (const size of sizes) yield new Uint8Array(size);
}

it("refuses more when all bodies together hold too much, and takes it once some of that is read", async () => {
  const unread = new Unread(100);
  const first = unread.part();
  const coming = first.counted(ofSize(60, 60));
  await coming.next();
  const second = unread.part();
  await expect(second.counted(ofSize(60)).next()).rejects.toMatchObject({ status: 429 });
  second.clear();
  first.clear();
  const third = unread.part();
  expect((await third.counted(ofSize(60)).next()).done).toBe(false);
  third.clear();
  // One alone has its own bounds.
  await coming.next();
  expect((await coming.next()).done).toBe(true);
});

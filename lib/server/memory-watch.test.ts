import { expect, it } from "vitest";
import { MemoryWatch } from "./memory-watch";

const megabyte = 1024 * 1024;

it("collects where the process holds much, and not again before it has grown", async () => {
  let held = 400;
  let left = 0;
  let collected = 0;
  const watch = new MemoryWatch(
    () => held * megabyte,
    async () => {
      collected += 1;
      held = left;
    },
  );
  const look = async (megabytes: number, at: number, leaves: number) => {
    held = megabytes;
    left = leaves;
    await watch.look(at);
    return collected;
  };
  expect(await look(500, 0, 500)).toBe(0);
  expect(await look(600, 1000, 590)).toBe(1);
  // Hardly more than what could not be dropped.
  expect(await look(600, 10_000, 590)).toBe(1);
  expect(await look(640, 11_000, 450)).toBe(2);
  // It grows quickly: a little later.
  expect(await look(640, 12_000, 450)).toBe(2);
  expect(await look(640, 14_000, 450)).toBe(3);
});

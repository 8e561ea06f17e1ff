import { expect, it } from "vitest";
import { Held, inTurn } from "./held";

const turn = () => new Promise((resolve) => setImmediate(resolve));
const long = 60_000;

it("lets in as many as there is room for, the others by turns as those before give back", async () => {
  const held = new Held(3);
  const first = await held.take(2, long);
  const entered: string[] = [];
  const second = held.take(2, long).then((back) => {
    entered.push("second");
    return back;
  });
  // It would fit, but somebody came before.
  const third = held.take(1, long).then((back) => {
    entered.push("third");
    return back;
  });
  await turn();
  expect(entered).toEqual([]);
  first();
  // Given back twice it counts once.
  first();
  await turn();
  expect(entered).toEqual(["second", "third"]);
  expect(held.takeNow(1)).toBeNull();
  (await second)();
  (await third)();
  expect(held.takeNow(3)).not.toBeNull();
});

it("asks to come again who waits too long or has gone, and lets the next one in", async () => {
  const held = new Held(2);
  const back = await held.take(1, long);
  await expect(held.take(2, 0)).rejects.toMatchObject({ status: 503 });
  const gone = new AbortController();
  const waiting = held.take(2, long, gone.signal);
  const next = held.take(1, long);
  gone.abort();
  await expect(waiting).rejects.toMatchObject({ headers: { "Retry-After": "5" } });
  (await next)();
  back();
  expect(held.takeNow(2)).not.toBeNull();
});

it("does work for a few at a time, and goes on after work that failed", async () => {
  const { signal } = new AbortController();
  let running = 0;
  let most = 0;
  const work = async () => {
    running += 1;
    most = Math.max(most, running);
    await turn();
    running -= 1;
    throw new Error("failed");
  };
  const all = Array.from({ length: 9 }, () => inTurn("test", 2, signal, work));
  for (const { status } of await Promise.allSettled(all)) expect(status).toBe("rejected");
  expect(most).toBe(2);
});

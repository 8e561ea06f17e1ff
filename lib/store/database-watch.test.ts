import pg from "pg";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { DatabaseAwayError, DatabaseWatch, watchDatabase } from "./database-watch";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = () => new Promise<string>(() => {});

it("ends the waiting once a probe stays without an answer, and refuses at once until one comes", async () => {
  let answers = false;
  const turned: boolean[] = [];
  const watch = new DatabaseWatch({
    probe: async () => answers,
    turned: (isAway) => turned.push(isAway),
  });
  const first = watch.ask(never).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(2000);
  expect(await first).toBeInstanceOf(DatabaseAwayError);
  await expect(watch.ask(async () => "told")).rejects.toThrow("does not answer");

  answers = true;
  await vi.advanceTimersByTimeAsync(1000);
  expect(await watch.ask(async () => "told")).toBe("told");
  expect(turned).toEqual([true, false]);
});

it("lets a slow question finish while the database answers", async () => {
  const watch = new DatabaseWatch({ probe: async () => true });
  let finish = (_: string) => {};
  const slow = watch.ask(
    () =>
      new Promise<string>((resolve) => {
        finish = resolve;
      }),
  );
  await vi.advanceTimersByTimeAsync(60_000);
  finish("late");
  expect(await slow).toBe("late");
});

it("takes the answer to anybody else for a sign of life", async () => {
  const watch = new DatabaseWatch({
    probe: () => new Promise((resolve) => setTimeout(resolve, 3000, false)),
  });
  let finish = (_: string) => {};
  const slow = watch.ask(
    () =>
      new Promise<string>((resolve) => {
        finish = resolve;
      }),
  );
  await vi.advanceTimersByTimeAsync(2500);
  expect(await watch.ask(async () => "quick")).toBe("quick");
  await vi.advanceTimersByTimeAsync(2500);
  finish("late");
  expect(await slow).toBe("late");
});

it("looks for itself after a question that was refused, though nobody waits", async () => {
  const turned: boolean[] = [];
  const watch = new DatabaseWatch({
    probe: async () => false,
    isAway: () => true,
    turned: (isAway) => turned.push(isAway),
  });
  await expect(watch.ask(() => Promise.reject(new Error("refused")))).rejects.toThrow("refused");
  await vi.advanceTimersByTimeAsync(1000);
  expect(turned).toEqual([true]);
});

it("asks no more once nobody waits", async () => {
  const probe = vi.fn(async () => true);
  const watch = new DatabaseWatch({ probe });
  await watch.ask(async () => "told");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(probe).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

it("gives back the connections that come when nobody waits for them any more", async () => {
  let arrive = (_: object) => {};
  const arriving = new Promise<object>((resolve) => {
    arrive = resolve;
  });
  const pool = new pg.Pool();
  Reflect.set(pool, "connect", () => arriving);
  const watch = new DatabaseWatch({ probe: async () => false });
  watchDatabase(pool, watch);
  const waiting = pool.connect().catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(2000);
  expect(await waiting).toBeInstanceOf(DatabaseAwayError);
  const release = vi.fn();
  arrive({ release });
  await vi.advanceTimersByTimeAsync(0);
  expect(release).toHaveBeenCalledOnce();
});

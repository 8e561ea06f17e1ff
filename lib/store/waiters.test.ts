import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Waiters } from "./waiters";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("wakes all that wait, each when its time is over at the latest, and none that comes later", async () => {
  const waiters = new Waiters();
  const ended: string[] = [];
  const wait = (name: string, mostMs?: number) =>
    void waiters.wait(mostMs).then(() => ended.push(name));
  wait("short", 100);
  wait("long", 1000);
  wait("endless");
  await vi.advanceTimersByTimeAsync(100);
  expect(ended).toEqual(["short"]);
  waiters.wake();
  wait("late");
  await vi.advanceTimersByTimeAsync(5000);
  expect(ended).toEqual(["short", "long", "endless"]);
  expect(vi.getTimerCount()).toBe(0);
  waiters.wake();
  await vi.advanceTimersByTimeAsync(0);
  expect(ended).toEqual(["short", "long", "endless", "late"]);
});

import { expect, it } from "vitest";
import { longestKey, SessionKeys } from "./session-keys";

/** The n-th key, and the line that it stands in. */
function keyed(n: number, length = 16) {
  const line = Buffer.from(`sid=${`${n}-`.padEnd(length, "k")} -`);
  return { line, from: 4, to: 4 + length };
}

function wordsOf(keys: SessionKeys): number[] {
  return [keys.w0, keys.w1, keys.w2, keys.w3];
}

it("finds the sessions of keys that were met lately, by all of their bytes", () => {
  const keys = new SessionKeys(1000);
  for (let n = 0; n < 1500; n++) {
    const { line, from, to } = keyed(n);
    expect(keys.find(line, from, to)).toBe(false);
    keys.enter(line, from, to, { w0: n, w1: -n, w2: 7, w3: n * 1_000_000 });
    // One that is asked for again and again stays.
    const first = keyed(0);
    expect(keys.find(first.line, first.from, first.to)).toBe(true);
  }
  for (let n = 1000; n < 1500; n++) {
    const { line, from, to } = keyed(n);
    expect(keys.find(line, from, to)).toBe(true);
    expect(wordsOf(keys)).toEqual([n, -n, 7, n * 1_000_000]);
    expect(keys.find(line, from, to - 1)).toBe(false);
    expect(keys.find(line, from, to + 1)).toBe(false);
  }
});

it("knows no key that is too long for it", () => {
  const keys = new SessionKeys(10);
  const longest = keyed(1, longestKey);
  keys.enter(longest.line, longest.from, longest.to, { w0: 1, w1: 2, w2: 3, w3: 4 });
  expect(keys.find(longest.line, longest.from, longest.to)).toBe(true);
  const longer = keyed(1, longestKey + 1);
  expect(keys.find(longer.line, longer.from, longer.to)).toBe(false);
});

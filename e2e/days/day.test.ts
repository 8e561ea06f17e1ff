import { expect, it } from "vitest";
import { type Planted, planDay } from "./plan";
import { incidentsOfDay } from "./truth";

const clock = (at: number) => new Date(at).toISOString().slice(11, 19);

it("of a day's fourteen incidents, drains and noise the rules find each incident once, within a minute, and nothing else", () => {
  const day = planDay({ seed: 1, from: Date.UTC(2026, 10, 20, 12), hours: 6, scale: 1 });
  const found = incidentsOfDay(day).filter(({ firedAt }) => firedAt !== null);
  const told = new Map<Planted, number[]>();
  const faults: string[] = [];
  for (const { pool, since, firedAt, subject } of found) {
    const planted = day.incidents.find(
      (one) => one.pool === pool && since >= one.from - 30_000 && since <= one.to + 120_000,
    );
    if (!planted) faults.push(`false alert ${subject} in ${pool} at ${clock(since)}`);
    else told.set(planted, [...(told.get(planted) ?? []), (firedAt ?? 0) - planted.from]);
  }
  for (const planted of day.incidents) {
    const after = told.get(planted) ?? [];
    const words = `${planted.kind} in ${planted.pool} at ${clock(planted.from)}`;
    if (after.length !== 1) faults.push(`${words} is told ${after.length} times`);
    else if ((after[0] ?? 0) > 60_000) faults.push(`${words} is told after ${after[0]} ms`);
  }
  expect(day.incidents).toHaveLength(14);
  expect(faults).toEqual([]);
}, 900_000);

import { expect, it } from "vitest";
import { Inflow } from "./inflow";

it("a stream is what came in several deliveries or in one large one, until a moment later", () => {
  let now = 1000;
  const inflow = new Inflow(() => now);
  inflow.add(8000);
  expect(inflow.isStream).toBe(false);
  now += 100;
  inflow.add(8000);
  expect(inflow.isStream).toBe(true);
  now += 1000;
  expect(inflow.isStream).toBe(false);
  inflow.add(1_000_000);
  expect(inflow.isStream).toBe(true);
  now += 1500;
  expect(inflow.isStream).toBe(false);
});

it("very many deliveries are one, however few lines they bring", () => {
  const inflow = new Inflow(() => 0);
  for (let n = 0; n < 90; n++) inflow.add(1);
  expect(inflow.isStream).toBe(false);
  for (let n = 0; n < 20; n++) inflow.add(1);
  expect(inflow.isStream).toBe(true);
});

it("what comes slowly enough is none, however long it comes, and what was cleared is forgotten", () => {
  let now = 0;
  const inflow = new Inflow(() => now);
  for (let n = 0; n < 1000; n++) {
    now += 100;
    inflow.add(800);
    expect(inflow.isStream).toBe(false);
  }
  inflow.add(20_000);
  inflow.clear();
  expect(inflow.isStream).toBe(false);
});

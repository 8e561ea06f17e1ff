import { afterAll, beforeAll, expect, it } from "vitest";
import type { Incident } from "@/lib/domain/alerts/incidents";
import { Names } from "@/lib/reports/names";
import { createPrisma } from "@/lib/store/prisma";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import type { PrismaClient } from "@/prisma/client/client";
import { storedAlert } from "./stored";
import { carryOut, type Desk } from "./write";

const now = Date.UTC(2026, 10, 21, 12);
const minute = 60_000;

let database: TestDatabase;
let prisma: PrismaClient;
let desk: Desk;

beforeAll(async () => {
  database = await testDatabase();
  prisma = createPrisma(database.pool);
  const names = await Names.read(database.pool);
  desk = { db: database.pool, rows: prisma, names, sources: [], silences: [], channels: [], now };
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.close();
});

const incident: Incident = {
  pool: "shop",
  subject: "infrastructure",
  cause: "failover",
  causes: ["failover"],
  nodes: [],
  fingerprint: "shop failover",
  since: now - 5 * minute,
  firedAt: now - 4 * minute,
  endedAt: null,
  severity: "critical",
  rules: [{ id: "r", name: "R", value: 3, peak: 3 }],
  channels: null,
};

it("what later lines took away between the look and the telling is not told", async () => {
  // The bounces that were found have another cause by now: none is left.
  expect(await carryOut(desk, { kind: "open", incident }, new Map(), now)).toBeNull();
  expect(await prisma.alert.count()).toBe(0);

  const pending = { ...incident, firedAt: null };
  const waiting = await carryOut(desk, { kind: "open", incident: pending }, new Map(), now);
  if (!waiting) throw new Error("a pending alert is kept");
  const known = new Map([[waiting.id, waiting]]);
  const fire = { kind: "fire", id: waiting.id, incident, again: false } as const;
  expect(await carryOut(desk, fire, known, now)).toBe(waiting);
  const [row] = await prisma.alert.findMany();
  if (!row) throw new Error("it is still pending");
  expect(storedAlert(row)).toMatchObject({ state: "pending", content: null });
});

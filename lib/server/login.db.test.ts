import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPrisma } from "@/lib/store/prisma";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import { IngestKeys } from "./ingest-keys";
import { Sessions, sessionSeconds } from "./sessions";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const secret = new Uint8Array(32);

describe("ingest keys", () => {
  it("are taken while they are not revoked, and stored only as a hash", async () => {
    let now = 0;
    const prisma = createPrisma(database.pool);
    const keys = new IngestKeys(prisma, () => now);
    expect(await keys.verify("hw_first-key")).toBeNull();
    await keys.admit("first", "hw_first-key");
    expect(await keys.verify("hw_first-key")).toMatchObject({ name: "first" });
    const rows = await prisma.ingestKey.findMany();
    expect(JSON.stringify(rows)).not.toContain("hw_first-key");
    await prisma.ingestKey.updateMany({ data: { revokedAt: new Date() } });
    now += 20_000;
    expect(await keys.verify("hw_first-key")).toBeNull();
  });

  it("are made and revoked one by one, but for the one that the start gives", async () => {
    const prisma = createPrisma(database.pool);
    const keys = new IngestKeys(prisma, () => Date.UTC(2026, 10, 21));
    await keys.admit("bootstrap", "hw_given-key");
    const { key, ...made } = await keys.make("edge");
    expect(await keys.verify(key)).toEqual({ id: made.id, name: "edge" });
    expect(made).toMatchObject({ hint: key.slice(-4), given: false });
    const listed = await keys.list();
    expect(listed.map(({ name, given }) => ({ name, given }))).toEqual([
      { name: "bootstrap", given: true },
      { name: "edge", given: false },
    ]);
    expect(JSON.stringify(listed)).not.toContain(key);
    await keys.revoke(made.id);
    expect(await keys.verify(key)).toBeNull();
    await expect(keys.revoke(made.id)).rejects.toMatchObject({ status: 404 });
    await expect(keys.revoke(listed[0]?.id ?? 0)).rejects.toMatchObject({ status: 409 });
    expect(await keys.verify("hw_given-key")).not.toBeNull();
  });
});

describe("logins", () => {
  it("hold for a week, and end with the password they were made with", async () => {
    let now = Date.UTC(2026, 10, 21);
    const sessions = new Sessions(createPrisma(database.pool), secret, () => now);
    expect(await sessions.hasPassword()).toBe(false);
    expect(await sessions.isPassword("")).toBe(false);
    await sessions.setPassword("correct horse");
    expect(await sessions.isPassword("correct horse")).toBe(true);
    expect(await sessions.isPassword("wrong horse")).toBe(false);
    const cookie = await sessions.issue();
    expect(await sessions.isValid(cookie)).toBe(true);
    expect(await sessions.isValid(`9${cookie}`)).toBe(false);
    now += sessionSeconds * 1000 + 1;
    expect(await sessions.isValid(cookie)).toBe(false);
    const again = await sessions.issue();
    await sessions.setPassword("another horse");
    expect(await sessions.isValid(again)).toBe(false);
  });

  it("wait longer and longer after wrong passwords, by address", async () => {
    let now = 0;
    const sessions = new Sessions(createPrisma(database.pool), secret, () => now);
    await sessions.setPassword("correct horse");
    for (let attempt = 0; attempt < 5; attempt++)
      expect(await sessions.logIn("wrong horse", "192.0.2.1")).toBeNull();
    expect(await sessions.logIn("correct horse", "192.0.2.1")).toEqual({ waitSeconds: 1 });
    expect(await sessions.logIn("correct horse", "192.0.2.2")).toHaveProperty("cookie");
    now += 1000;
    expect(await sessions.logIn("wrong horse", "192.0.2.1")).toBeNull();
    expect(await sessions.logIn("wrong horse", "192.0.2.1")).toEqual({ waitSeconds: 2 });
    now += 2000;
    expect(await sessions.logIn("correct horse", "192.0.2.1")).toHaveProperty("cookie");
  });

  it("are not taken from a server with another secret", async () => {
    const prisma = createPrisma(database.pool);
    const mine = new Sessions(prisma, secret, () => 0);
    const other = new Sessions(prisma, new Uint8Array(32).fill(1), () => 0);
    expect(await other.isValid(await mine.issue())).toBe(false);
  });
});

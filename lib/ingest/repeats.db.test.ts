import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Problem } from "@/lib/domain/problem";
import { type TestDatabase, testDatabase } from "@/lib/store/testing/database";
import type { Ingestion } from "./ingestion";
import { body, testIngestion } from "./ingestion.fixture";
import { readRepeats, writeRepeats } from "./repeats";
import { rulesOf } from "./source-rules";
import { plainSource } from "./source-rules.fixture";

const line =
  '10.0.0.1:50000 [21/Nov/2026:10:00:01.123] www shop/web-1 0/0/1/5/6 200 512 - - --VN 1/1/1/1/0 0/0 "GET / HTTP/1.1"';

let database: TestDatabase;
let ingestion: Ingestion;

beforeAll(async () => {
  database = await testDatabase();
  ingestion = testIngestion(database.pool, () => Date.UTC(2026, 10, 21, 12));
});
afterAll(async () => {
  await database.close();
});

const source = rulesOf(plainSource);

const sent = (lines: readonly string[], header: string | null = null) =>
  ingestion.logs(source, {
    chunks: body(lines.join("\n")),
    encoding: null,
    repeats: readRepeats(header),
  });

describe("equal lines of one log that come in several deliveries", () => {
  it("count each when the sender says how often they came before, and once more when sent again", async () => {
    expect(await sent([line, line])).toMatchObject({ accepted: 2, duplicates: 0 });
    expect(await sent([line])).toMatchObject({ accepted: 0, duplicates: 1 });
    expect(await sent(["", line, line], "2:2")).toMatchObject({ accepted: 2, duplicates: 0 });
    expect(await sent(["", line, line], "2:2")).toMatchObject({ accepted: 0, duplicates: 2 });
  });
});

describe("the header that says so", () => {
  it("is read as it is written", () => {
    const repeats = new Map([
      [3, 1],
      [17, 4],
    ]);
    expect(readRepeats(writeRepeats(repeats))).toEqual(repeats);
    expect(writeRepeats(new Map())).toBeNull();
    expect(readRepeats(null).size).toBe(0);
  });

  it("stays within what a server takes as a header", () => {
    const many = new Map(Array.from({ length: 100_000 }, (_, at) => [at + 1, 1]));
    expect(writeRepeats(many)?.length).toBeLessThan(8192);
  });

  it.each(["x", "1", "1:2;3:4", "0:1", "-1:2"])("is refused as %s", (header) => {
    expect(() => readRepeats(header)).toThrow(Problem);
  });
});

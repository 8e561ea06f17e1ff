import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseSync } from "libpg-query";
import { beforeAll, expect, it } from "vitest";
import { migrationNames } from "./migrate";
import { statementsOf } from "./sql-statements";
import { loadParser } from "./testing/citus/rules";

beforeAll(loadParser);

it("ends a statement at a semicolon, but not within a literal, a name, a body or a comment", () => {
  const statements = [
    "SELECT ';', E'\\';', ';''' AS \"a;\"\"b\"",
    "-- one; two\nDO $$ BEGIN PERFORM 1; END $$",
    "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $body$ SELECT '$$;$$'; $body$",
    "/* a /* nested; */ comment; */ SELECT 1",
  ];
  expect(statementsOf(`${statements.join(";\n")};\n-- the end;\n`)).toEqual(statements);
});

it("takes every migration apart as PostgreSQL does", async () => {
  for (const name of await migrationNames()) {
    const sql = await readFile(
      path.join(process.cwd(), "prisma", "migrations", name, "migration.sql"),
      "utf8",
    );
    const own = statementsOf(sql).map((statement) => parseSync(statement).stmts ?? []);
    expect(
      own.filter((parsed) => parsed.length !== 1),
      name,
    ).toEqual([]);
    expect(own, name).toHaveLength((parseSync(sql).stmts ?? []).length);
  }
});

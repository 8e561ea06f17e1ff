import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { statementsOf } from "../../sql-statements";
import { numbered } from "./numbered";
import { brokenRules, brokenSchemaRules, loadParser } from "./rules";
import { numberedColumns } from "./schema-rules";

const directory = path.join(process.cwd(), "prisma", "migrations");
/** Ran before there was `db:distribute`: on no cluster, so that their statements need not be understood by one. */
const lastBefore = "20261121001900";

const migrations = (await readdir(directory, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

async function sqlOf(name: string): Promise<string> {
  return await readFile(path.join(directory, name, "migration.sql"), "utf8");
}

beforeAll(loadParser);

describe("the migrations", () => {
  it.each(migrations)("leave tables that a cluster can spread: %s", async (name) => {
    expect(brokenSchemaRules(await sqlOf(name))).toEqual([]);
  });

  it("number the rows of the tables that are known to be numbered", async () => {
    const found: [string, string][] = [];
    for (const name of migrations) found.push(...numberedColumns(await sqlOf(name)));
    expect(Object.fromEntries(found)).toEqual(numbered);
  });

  it("can be applied to a database that is distributed already", async () => {
    for (const name of migrations.filter((other) => other > lastBefore))
      for (const statement of statementsOf(await sqlOf(name)))
        expect(brokenRules(statement), name).toEqual([]);
  });

  it("would be refused with a key without the column by which rows are spread, a reference across, or a trigger", () => {
    const rules = (sql: string) => brokenSchemaRules(sql).join("; ");
    expect(rules("CREATE UNIQUE INDEX x ON sessions (pool)")).toMatch(/without session/);
    expect(rules("CREATE TABLE bounces (id uuid PRIMARY KEY, session uuid)")).toMatch(
      /without session/,
    );
    expect(rules("CREATE TABLE losses (session uuid, at date, PRIMARY KEY (session, at))")).toBe(
      "",
    );
    expect(
      rules(
        "ALTER TABLE losses ADD CONSTRAINT l FOREIGN KEY (session) REFERENCES sessions (session)",
      ),
    ).toMatch(/foreign key/);
    expect(rules("CREATE TRIGGER t AFTER INSERT ON request_rows EXECUTE FUNCTION f()")).toMatch(
      /trigger/,
    );
  });
});

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";

// The project's own linter settings, over a small tree that breaks the rules.
let tree: string;
let found: { file: string; category: string }[] = [];

const files: Record<string, string> = {
  "lib/domain/upward.ts": 'import { q } from "@/lib/store/query";\nexport const a = q;\n',
  "lib/domain/upward-by-dots.ts": 'import { q } from "../store/query";\nexport const b = q;\n',
  "lib/domain/with-io.ts":
    'import { readFileSync } from "node:fs";\nexport const c = readFileSync;\n',
  "lib/domain/clock.ts": "export const now = () => Date.now();\n",
  "lib/formats/today.ts": "export const today = () => new Date();\n",
  "lib/view/asks.ts": 'import { q } from "@/lib/reports/overview";\nexport const d = q;\n',
  "lib/reports/page.ts": 'import { p } from "@/components/ui/panel";\nexport const e = p;\n',
  "components/query.ts": 'import { q } from "@/lib/store/query";\nexport const f = q;\n',
  "app/sql.ts": 'import pg from "pg";\nexport const g = pg;\n',
  "lib/store/ring-a.ts": 'import { b } from "./ring-b";\nexport const a = () => b;\n',
  "lib/store/ring-b.ts": 'import { a } from "@/lib/store/ring-a";\nexport const b = () => a;\n',
  "lib/store/query.ts":
    'import type { q2 } from "@/lib/domain/fine";\nexport const q = (x: typeof q2) => x;\n',
  "lib/domain/fine.ts": "export const q2 = (at: number) => new Date(at).toISOString();\n",
};

const reportSchema = z.object({
  diagnostics: z.array(
    z.object({ category: z.string(), location: z.object({ path: z.unknown() }) }),
  ),
});

beforeAll(() => {
  tree = mkdtempSync(path.join(tmpdir(), "hopwatch-floor-"));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.join(tree, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(tree, file), text);
  }
  mkdirSync(path.join(tree, "lib/server"), { recursive: true });
  for (const file of ["package.json", "tsconfig.json", "lib/server/no-hidden-clock.grit"])
    cpSync(file, path.join(tree, file));
  const settings = { ...JSON.parse(readFileSync("biome.json", "utf8")), vcs: { enabled: false } };
  writeFileSync(path.join(tree, "biome.json"), JSON.stringify(settings));
  const linter = path.resolve("node_modules/@biomejs/biome/bin/biome");
  const { stdout } = spawnSync(process.execPath, [linter, "lint", "--reporter=json", "."], {
    cwd: tree,
    encoding: "utf8",
  });
  found = reportSchema.parse(JSON.parse(stdout)).diagnostics.map(({ category, location }) => ({
    category,
    file: JSON.stringify(location.path),
  }));
});
afterAll(() => rmSync(tree, { recursive: true, force: true }));

function faultsOf(file: string): string[] {
  return found.filter((fault) => fault.file.includes(file)).map((fault) => fault.category);
}

describe("the floor rule", () => {
  it.each([
    "lib/domain/upward.ts",
    "lib/domain/upward-by-dots.ts",
    "lib/domain/with-io.ts",
    "lib/view/asks.ts",
    "lib/reports/page.ts",
    "components/query.ts",
    "app/sql.ts",
  ])("refuses the import of %s", (file) => {
    expect(faultsOf(file)).toEqual(["lint/style/noRestrictedImports"]);
  });

  it("refuses rings", () => {
    expect(faultsOf("ring-a.ts")).toEqual(["lint/suspicious/noImportCycles"]);
    expect(faultsOf("ring-b.ts")).toEqual(["lint/suspicious/noImportCycles"]);
  });

  it("refuses a clock below the server", () => {
    expect(faultsOf("lib/domain/clock.ts")).toEqual(["plugin"]);
    expect(faultsOf("lib/formats/today.ts")).toEqual(["plugin"]);
  });

  it("leaves what keeps to it alone", () => {
    expect(faultsOf("lib/store/query.ts")).toEqual([]);
    expect(faultsOf("lib/domain/fine.ts")).toEqual([]);
  });
});

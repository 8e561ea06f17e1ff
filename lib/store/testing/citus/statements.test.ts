import { beforeAll, expect, it, vi } from "vitest";
import { brokenRules, loadParser } from "./rules";

interface Definition {
  name: string;
  sql: string;
  spread?: string | ((given: Record<string, unknown>) => string);
}

/** Every question that is defined anywhere in the store, without asking it, in the words for a cluster. */
const defined = vi.hoisted(() => new Map<string, string>());
vi.mock("@/lib/store/query", async (original) => ({
  ...(await original<object>()),
  defineQuery: ({ name, sql, spread }: Definition) => {
    if (typeof spread === "function") {
      defined.set(name, numbered(spread(asking(false))));
      defined.set(`${name}, everything asked`, numbered(spread(asking(true))));
    } else defined.set(name, numbered(spread ?? sql));
    return async () => [];
  },
}));

/** Parameters of a question: everything is asked, or nothing that may be left out. */
function asking(everything: boolean): Record<string, unknown> {
  const known: Record<string, unknown> = { pools: [3, 4], everyPool: !everything };
  for (const flag of ["lost", "sought", "bounced", "pingPong"]) known[flag] = everything;
  return new Proxy(known, {
    get: (target, name) => Reflect.get(target, name) ?? (everything ? "given" : null),
  });
}

function numbered(sql: string): string {
  const names: string[] = [];
  return sql.replace(/\$([A-Za-z_]\w*)/g, (_, name: string) => {
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}`;
  });
}

const modules = import.meta.glob([
  "../../*.ts",
  "../../read/*.ts",
  "../../alerts/*.ts",
  "../../settle/*.ts",
  "!**/*.test.ts",
]);

beforeAll(async () => {
  await loadParser();
  for (const load of Object.values(modules)) await load();
});

it("asks every question of the store as a Citus cluster can answer it", () => {
  expect(defined.size).toBeGreaterThan(90);
  const broken = [...defined].flatMap(([name, sql]) => {
    const rules = brokenRules(sql);
    return rules.length > 0 ? [[name, rules]] : [];
  });
  expect(Object.fromEntries(broken)).toEqual({});
});

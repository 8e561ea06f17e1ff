import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { listCauses } from "./cause-list.mjs";

let domain: string;
beforeEach(async () => {
  domain = mkdtempSync(path.join(tmpdir(), "hopwatch-causes-"));
  await mkdir(path.join(domain, "causes"));
});
afterEach(() => rmSync(domain, { recursive: true, force: true }));

const cause = (name: string) => `import type { About } from "../cause-about";

export const about = {
  cause: "${name}",
  class: "routing",
} as const satisfies About;

export function judge(of: Case): Finding | null {
  return null;
}
`;

it("a new cause is one new file: it is listed and judged, and what is no cause is not", () => {
  const put = (file: string, text: string) =>
    writeFileSync(path.join(domain, "causes", file), text);
  const made = (file: string) => readFileSync(path.join(domain, file), "utf8");
  put("drain.ts", cause("drain"));
  put("case.ts", "export interface Case {}\n");
  put("unknown.ts", cause("unknown").replace(/export function[\s\S]*/, ""));
  listCauses(domain);
  expect(made("causes.generated.ts")).not.toContain("geo-shift");

  put("geo-shift.ts", cause("geo-shift"));
  put("geo-shift.test.ts", cause("not-this"));
  listCauses(domain);
  const listed = made("causes.generated.ts");
  expect([...listed.matchAll(/cause: "([^"]+)"/g)].map(([, name]) => name)).toEqual([
    "drain",
    "geo-shift",
    "unknown",
  ]);
  expect(made("judges.generated.ts")).toContain("[drain, geoShift]");
});

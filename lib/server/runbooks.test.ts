import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readConfig } from "./config";
import { readRunbook } from "./runbooks";
import { type Runtime, setRuntime } from "./runtime";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "runbooks-"));
  const partial: Partial<Runtime> = { config: readConfig({ HOPWATCH_RUNBOOKS: folder }) };
  Object.assign(partial, {
    prisma: { source: { findFirst: async () => ({ format: "nginx-combined" }) } },
  });
  Reflect.apply(setRuntime, undefined, [partial]);
});
afterEach(async () => {
  setRuntime(undefined);
  await rm(folder, { recursive: true });
});

it("beside a bounce stands the team's own runbook, as in an alert", async () => {
  await writeFile(path.join(folder, "failover.md"), "# Call Mara\n\nShe knows the node.\n");
  expect(await readRunbook("failover", null)).toMatchObject({ title: "Call Mara", balancer: null });
});

it("the part on the balancer that the bounce went through comes first", async () => {
  const { balancer, markdown } = await readRunbook("drain", "web-1");
  expect(balancer).toBe("NGINX");
  expect(/^## (.*)$/m.exec(markdown)?.[1]).toBe("NGINX");
});

it("what nobody wrote a runbook for is not found", async () => {
  await expect(readRunbook("../secret", null)).rejects.toMatchObject({ status: 404 });
});

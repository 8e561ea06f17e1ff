import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { causes } from "@/lib/domain/causes";
import { balancerHeadings } from "@/lib/view/runbook-parts";
import { balancerOf, runbook, runbookNames } from "./runbooks";

const balancers = [...balancerHeadings, "Any balancer"];

it("each cause has steps for each balancer", async () => {
  for (const cause of causes) {
    const text = await runbook(cause, null);
    for (const balancer of balancers) expect(text, cause).toContain(`\n## ${balancer}\n`);
  }
});

it("each file is the runbook of a cause or a thing, and speaks of balancers under their known names", async () => {
  const others = ["Redis", "Memory of the nodes", "Virtual machines and containers"];
  const files = await readdir(path.join(process.cwd(), "docs", "runbooks"));
  expect(files.sort()).toEqual([...new Set(runbookNames)].map((name) => `${name}.md`).sort());
  for (const name of runbookNames) {
    const text = (await runbook(name, null)) ?? "";
    expect(text, name).toMatch(/^# \S.*\n\n\S/);
    const headings = [...text.matchAll(/^## (.*)$/gm)].map((found) => found[1]);
    expect([...balancers, ...others], name).toEqual(expect.arrayContaining(headings));
  }
});

it("a block that is copied whole holds one command that changes something, and nothing else", async () => {
  const changes =
    /set server|kubectl .*(?: label | delete | annotate | patch |rollout undo|uncordon)|aws .*(?:modify-|register-targets|enter-standby)|az .* update |systemctl (?:reload|restart)|nginx -s|curl .*-X |redis-cli config set|docker kill|chronyc makestep/;
  for (const name of runbookNames) {
    const text = (await runbook(name, null)) ?? "";
    for (const [, block = ""] of text.matchAll(/^```sh\n([\s\S]*?)\n```$/gm)) {
      const commands = block.replace(/\\\n\s*/g, " ").split("\n");
      if (commands.some((command) => changes.test(command))) expect(commands, name).toHaveLength(1);
    }
  }
});

it("the part that is opened first is that of the balancer that wrote the log", () => {
  expect(
    ["haproxy-http", "nginx-combined", "aws-alb", "envoy", "traefik-json", "azure-appgw"].map(
      balancerOf,
    ),
  ).toEqual(["HAProxy", "NGINX", "AWS ALB", "Envoy", "Traefik", "Azure"]);
  expect(balancerOf("iis-w3c")).toBeNull();
});

it("a team's own runbook stands in the place of ours, and ours where it has none", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "runbooks-"));
  try {
    await writeFile(path.join(folder, "failover.md"), "# Call Mara\n");
    expect(await runbook("failover", folder)).toBe("# Call Mara\n");
    expect(await runbook("drain", folder)).toContain("## HAProxy");
    expect(await runbook("../secret", folder)).toBeNull();
  } finally {
    await rm(folder, { recursive: true });
  }
});

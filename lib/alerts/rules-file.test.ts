import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { readRulesFile } from "./rules-file";

const faultsOf = (text: string) => {
  const read = readRulesFile(text);
  return read.ok ? [] : read.faults.map(({ line, reason }) => `${line}: ${reason}`);
};

it("a rules file holds rules as the interface has them", () => {
  const read = readRulesFile(
    [
      "rules:",
      "  - id: shop-bounces",
      "    name: Bounces in the shop",
      "    severity: critical",
      "    scope: { pool: shop }",
      "    condition: { kind: bounce-rate, abovePerMinute: 20, windowSeconds: 60 }",
    ].join("\n"),
  );
  expect(read).toMatchObject({
    ok: true,
    rules: [{ id: "shop-bounces", enabled: true, severity: "critical", clearBelow: 0.5 }],
  });
});

it("what is wrong with a rules file is told with its line and its reason", () => {
  expect(faultsOf("rules:\n  - id: a\n   name: b\n")[0]).toMatch(/^[23]: /);
  expect(faultsOf("- id: a")).toEqual(["1: expected a list called rules"]);
  expect(faultsOf("rules: []\nchannels: []")).toEqual(["2: channels: not known here"]);
  const faults = faultsOf(
    [
      "rules:",
      "  - id: a",
      "    name: First",
      "    condition: { kind: silent, afterSeconds: 60 }",
      "  - id: Not An Id",
      "    name: Second",
      "    condition:",
      "      kind: bounce-rate",
      "      abovePerMinute: -1",
      "      windowSeconds: 60",
    ].join("\n"),
  );
  expect(faults).toHaveLength(2);
  expect(faults[0]).toMatch(/^5: rule 2, id: small letters/);
  expect(faults[1]).toMatch(/^9: rule 2, condition.abovePerMinute: /);
});

it("the example of a rules file can be read", async () => {
  const text = await readFile("docs/hopwatch.rules.example.yaml", "utf8");
  expect(faultsOf(text)).toEqual([]);
});

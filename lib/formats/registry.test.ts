import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parsedChangeSchema, parsedRequestSchema } from "@/lib/schemas/ingest";
import { autoParser, detectFormat, findFormat, formats } from "./registry";
import { toInstant, toWire } from "./wire";

const receivedAt = Date.UTC(2026, 10, 21, 9);
/** The folder of a format whose name is not the folder's. */
const folders: Record<string, string> = {
  "nginx-combined": "nginx",
  "apache-balancer": "apache",
  "iis-w3c": "iis",
};
/** Those that read lines without being told a format string. */
const recognised = formats.filter(({ formatString }) => formatString !== "required");
const samples = recognised.map(({ name }) => ({
  name,
  lines: readFileSync(new URL(`${folders[name] ?? name}/samples.log`, import.meta.url), "utf8")
    .trim()
    .split("\n"),
}));
const linesOf = (name: string) => samples.find((sample) => sample.name === name)?.lines ?? [];

describe("The registry", () => {
  it("knows every wire name and alias once", () => {
    const names = formats.flatMap((format) => [format.name, ...format.aliases]);
    expect(new Set(names).size).toBe(names.length);
    expect(findFormat("HAProxy")?.name).toBe("haproxy-http");
    expect(findFormat("nginx-json")?.name).toBe("nginx-combined");
    expect(findFormat("alb")?.name).toBe("aws-alb");
    expect(findFormat("auto")).toBeNull();
  });

  it("has samples of every format, and each format's recogniser claims its own above all others", () => {
    for (const { name, lines } of samples) {
      for (const line of lines) {
        const scores = formats.map((format) => [format.name, format.recognise(line)] as const);
        const own = scores.find(([each]) => each === name)?.[1] ?? 0;
        expect(own, line).toBeGreaterThanOrEqual(0.5);
        for (const [other, score] of scores) {
          if (other !== name) expect(score, `${other} on ${line}`).toBeLessThan(own);
        }
      }
    }
  });

  it("detects the format that most lines are of, and none in prose", () => {
    for (const { name, lines } of samples) {
      expect(detectFormat(["", "some noise", ...lines])?.format.name).toBe(name);
    }
    expect(detectFormat(["some noise", "", "2026-11-21 started"])).toBeNull();
  });

  it("reads a stream in which the lines of several balancers are mixed", () => {
    const parse = autoParser({ receivedAt });
    const mixed = samples.flatMap(({ name, lines }) =>
      lines.map((line, at) => ({ name, line, at })),
    );
    for (const { name, line } of mixed.sort((a, b) => a.at - b.at)) {
      const own = findFormat(name)?.compile({ receivedAt })(line);
      expect(parse(line)).toEqual(own);
    }
    expect(parse("what is this")).toEqual({
      kind: "rejected",
      reason: 'no known format begins like this: "what is this"',
    });
  });

  it("leaves a line that another format claims more surely to that one", () => {
    const parse = autoParser({ receivedAt });
    const [combined, clf] = [linesOf("nginx-combined")[0] ?? "", linesOf("haproxy-http")[2] ?? ""];
    expect(parse(combined)).toMatchObject({ kind: "request", node: null });
    expect(parse(clf)).toMatchObject({ kind: "request", node: "app2", listener: "f_clf" });
  });

  it("gives the reason of the format that a broken line is likely of", () => {
    const parsed = autoParser({ receivedAt })("Nov 21 08:09:59 lb1 haproxy[7]: 10.0.0.7:1 [oops]");
    expect(parsed).toMatchObject({
      kind: "rejected",
      reason: expect.stringMatching(/^HAProxy: field 3/),
    });
  });
});

describe("The wire form", () => {
  it("of every sample fits the schemas that /parse answers with", () => {
    const parse = autoParser({ receivedAt });
    for (const line of samples.flatMap(({ lines }) => lines)) {
      const parsed = parse(line);
      if (parsed.kind === "request") {
        const wire = toWire(parsed);
        expect(parsedRequestSchema.parse(wire)).toEqual(wire);
        expect(Date.parse(wire.startedAt)).toBe(Math.floor(parsed.startedAt));
      } else if (parsed.kind === "change") {
        const wire = toWire(parsed);
        expect(parsedChangeSchema.parse(wire)).toEqual(wire);
      } else expect.unreachable(parsed.reason);
    }
  });

  it("keeps microseconds where the log had them", () => {
    expect(toInstant(Date.UTC(2026, 10, 21, 8, 12, 32, 186) + 0.641)).toBe(
      "2026-11-21T08:12:32.186641Z",
    );
    expect(toInstant(Date.UTC(2026, 10, 21, 8, 12, 32, 186))).toBe("2026-11-21T08:12:32.186Z");
  });
});

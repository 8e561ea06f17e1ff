import { describe, expect, it } from "vitest";
import { findFormat } from "@/lib/formats/registry";
import { sourceInputSchema } from "@/lib/schemas/ingest";
import { playShop, type ShopItem, type ToldRequest } from "./shop";
import { shopSources } from "./sources";

const now = Date.UTC(2026, 10, 21, 9, 30);

function told(minutes: { from: number; until: number }, visitorsPerMinute = 6) {
  const requests: ToldRequest[] = [];
  const losses: { lostTo: string }[] = [];
  const items = [
    ...playShop({
      seed: 5,
      now,
      from: now + minutes.from * 60_000,
      until: now + minutes.until * 60_000,
      visitorsPerMinute,
      witness: {
        request: (request) => requests.push(request),
        loss: (loss) => losses.push(loss),
      },
    }),
  ];
  return { items, requests, losses };
}

const wholeDay = told({ from: -180, until: 10 }, 5);

const textOf = (items: ShopItem[]) => JSON.stringify(items);

describe("the demo's shop", () => {
  it("tells the same story for the same seed", () => {
    const minutes = { from: -10, until: 0 };
    expect(textOf(told(minutes).items)).toBe(textOf(told(minutes).items));
  });

  it("writes everything in order of time, within the range", () => {
    const { items } = told({ from: -60, until: 0 });
    const times = items.map((item) => item.at);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
    expect(times[0]).toBeGreaterThanOrEqual(now - 3_600_000);
    expect(times.at(-1)).toBeLessThan(now);
  });

  it("has a request of each balancer, node and cause of the story", () => {
    const { requests, losses } = wholeDay;
    expect(new Set(requests.map((request) => request.lb))).toEqual(
      new Set(["edge-1", "edge-2", "web-1", "alb"]),
    );
    expect(new Set(requests.map((request) => request.because))).toEqual(
      new Set([
        null,
        "failover",
        "drain",
        "health-flap",
        "lb-disagreement",
        "cookie-not-sent",
        "cookie-expired",
        "client-ip-change",
      ]),
    );
    expect(new Set(losses.map((loss) => loss.lostTo))).toEqual(new Set(["storage", "client"]));
  });

  it("leaves most sessions where they are", () => {
    const { requests } = wholeDay;
    const moved = requests.filter((request) => request.because !== null).length;
    expect(moved / requests.length).toBeGreaterThan(0.005);
    expect(moved / requests.length).toBeLessThan(0.06);
  });

  it("writes lines that the formats read, each on the node that the story knows", () => {
    const nodes = new Map<string, string | null>();
    const rejected: string[] = [];
    for (const [source, definition] of Object.entries(shopSources)) {
      sourceInputSchema.parse(definition);
      const format = findFormat(definition.format ?? "");
      const parse = format?.compile({
        formatString: definition.formatString ?? null,
        timezone: "UTC",
        receivedAt: now,
      });
      for (const item of wholeDay.items) {
        if (item.kind !== "line" || item.source !== source) continue;
        const line = parse?.(item.text);
        if (line?.kind === "rejected") rejected.push(`${line.reason}: ${item.text}`);
        if (line?.kind !== "request") continue;
        const [trace] = [...item.text.matchAll(/Root=1-(\w{8})-(\w{24})|[{"]([0-9a-f]{32})[}"]/g)]
          .map((match) => match[3] ?? `${match[1]}${match[2]}`)
          .slice(-1);
        if (trace) nodes.set(trace, line.node);
      }
    }
    expect(rejected).toEqual([]);
    const names = new Map([1, 2, 3, 4, 5].map((n) => [`10.20.0.${10 + n}:8080`, `app${n}`]));
    const written = wholeDay.requests.filter((request) => nodes.has(request.id));
    expect(written.length).toBeGreaterThan(1000);
    for (const request of written) {
      const node = nodes.get(request.id) ?? null;
      expect(names.get(node ?? "") ?? node).toBe(request.node);
    }
  });
});

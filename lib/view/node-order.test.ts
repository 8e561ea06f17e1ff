import { describe, expect, it } from "vitest";
import type { Node } from "@/lib/schemas/pools";
import { type NodeOrder, nodesInOrder } from "./node-order";

const node = (name: string, given: Partial<Node>): Node => ({
  name,
  pool: "checkout",
  ordinal: 0,
  aliases: [],
  state: "up",
  stateSince: null,
  clockOffsetMs: null,
  clockJitterMs: null,
  clockSamples: 0,
  requestsPerSecond: null,
  share: null,
  lastSeen: "2026-11-21T10:00:00Z",
  ...given,
});
const nodes = [
  node("web-10", { requestsPerSecond: 9, clockOffsetMs: 5 }),
  node("web-2", { state: "down", lastSeen: "2026-11-21T09:00:00Z" }),
  node("web-1", {
    requestsPerSecond: 20,
    clockOffsetMs: -900,
    aliases: [{ name: "ip-10-0-0-7", by: "x" }],
  }),
];
const names = (order: NodeOrder, words = "") =>
  nodesInOrder(nodes, order, words).map(({ name }) => name);

describe("the order of nodes", () => {
  it("brings what needs a look first", () => {
    expect(names("seen")).toEqual(["web-10", "web-2", "web-1"]);
    expect(names("name")).toEqual(["web-1", "web-2", "web-10"]);
    expect(names("state")[0]).toBe("web-2");
    expect(names("clock")).toEqual(["web-1", "web-10", "web-2"]);
    expect(names("load")).toEqual(["web-1", "web-10", "web-2"]);
    expect(names("last")[0]).toBe("web-2");
  });

  it("finds by name, other names and state", () => {
    expect(names("seen", "10-0-0")).toEqual(["web-1"]);
    expect(names("seen", "DOWN")).toEqual(["web-2"]);
    expect(names("seen", "nowhere")).toEqual([]);
  });
});

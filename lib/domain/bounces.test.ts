import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findBounces, pingPong } from "./bounces";
import { inOrder } from "./history";
import { haproxy, nginx, request } from "./history-samples";

const moves = (bounces: { from: string; to: string }[]) =>
  bounces.map(({ from, to }) => `${from}→${to}`);

describe("findBounces", () => {
  it("finds a request served by another node than the one before", () => {
    const bounces = findBounces([request(0, "app1"), request(100, "app2"), request(200, "app2")]);
    expect(moves(bounces)).toEqual(["app1→app2"]);
    expect(bounces[0]?.previous.startedAt).toBeLessThan(bounces[0]?.request.startedAt ?? 0);
  });

  it("skips requests that no node served", () => {
    expect(findBounces([request(0, "app1"), request(50, null), request(100, "app1")])).toEqual([]);
  });

  it("orders overlapping requests by when they started, however late they were logged", () => {
    const download = request(0, "app1", { durationMs: 60_000 });
    expect(moves(findBounces([request(100, "app2"), request(200, "app2"), download]))).toEqual([
      "app1→app2",
    ]);
  });

  it("orders lines of a log in whole seconds by their place in it", () => {
    const line = (seq: number, node: string, durationMs: number) =>
      request(5_000 - durationMs, node, { coarse: true, seq, durationMs, endedAt: null });
    const coarse = [line(1, "app1", 1), line(2, "app1", 250), line(3, "app2", 9)].map((r) => ({
      ...r,
      id: `line-${r.seq}`,
      endedAt: r.startedAt + (r.durationMs ?? 0),
    }));
    expect(inOrder(coarse).map((r) => r.seq)).toEqual([1, 2, 3]);
    expect(moves(findBounces(coarse))).toEqual(["app1→app2"]);
  });

  it("orders a long download by its start in a log of whole seconds too", () => {
    const download = request(1_200, "app1", { coarse: true, durationMs: 58_800, seq: 9 });
    const page = request(9_990, "app2", { coarse: true, durationMs: 10, seq: 3 });
    expect(inOrder([page, download]).map((r) => r.node)).toEqual(["app1", "app2"]);
  });

  it("calls it a return when a valid cookie leads back", () => {
    const bounces = findBounces([
      haproxy(0, "app1", "--VN"),
      haproxy(100, "app2", "--NI"),
      haproxy(200, "app1", "--VN"),
    ]);
    expect(bounces.map((b) => b.isReturn)).toEqual([false, true]);
  });

  it("calls it no return when the client came without a cookie and met the old node by chance", () => {
    const bounces = findBounces([
      haproxy(0, "app1", "--NI"),
      haproxy(100, "app2", "--NI"),
      haproxy(200, "app1", "--NI"),
    ]);
    expect(bounces.map((b) => b.isReturn)).toEqual([false, false]);
  });

  it("calls it a return when the request that moved had been passed on", () => {
    const bounces = findBounces([
      nginx(0, "app1 200"),
      nginx(100, "app1 502, app2 200"),
      nginx(200, "app1 200"),
    ]);
    expect(bounces.map((b) => b.isReturn)).toEqual([false, true]);
  });

  const requests = fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: 60_000 }),
      node: fc.constantFrom("app1", "app2", "app3", null),
      coarse: fc.boolean(),
      seq: fc.option(fc.integer({ min: 0, max: 50 })),
      durationMs: fc.integer({ min: 0, max: 5_000 }),
    }),
    { maxLength: 30 },
  );
  const made = requests.map((all) =>
    all.map(({ at, node, ...more }, i) => ({ ...request(at, node, more), id: `r${i}` })),
  );

  it("finds the same whatever the order and however often a request was told", () => {
    fc.assert(
      fc.property(
        made,
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (all, luck) => {
          const shuffled = [...all, ...all]
            .map((r) => ({ r, key: luck.next().value }))
            .sort((a, b) => a.key - b.key)
            .map(({ r }) => r);
          expect(findBounces(shuffled)).toEqual(findBounces(all));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("never finds a bounce in a session on one node", () => {
    fc.assert(
      fc.property(made, (all) => {
        const one = all.map((r) => (r.node === null ? r : { ...r, node: "app1" }));
        expect(findBounces(one)).toEqual([]);
      }),
    );
  });

  it("finds as many bounces as there are changes of node in order", () => {
    fc.assert(
      fc.property(made, (all) => {
        const nodes = inOrder(all).flatMap((r) => r.node ?? []);
        const changes = nodes.filter((node, i) => i > 0 && node !== nodes[i - 1]).length;
        expect(findBounces(all)).toHaveLength(changes);
      }),
    );
  });
});

describe("pingPong", () => {
  const way = (nodes: string) =>
    findBounces([...nodes].map((node, i) => request(i * 100, `app${node}`)));

  it("is a session that returned twice to nodes it had left", () => {
    expect(pingPong(way("1212"))).toBe(true);
    expect(pingPong(way("12131"))).toBe(true);
  });

  it("is not a session that returned once, or never", () => {
    expect(pingPong(way("121"))).toBe(false);
    expect(pingPong(way("1234"))).toBe(false);
  });
});

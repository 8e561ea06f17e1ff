import { describe, expect, it } from "vitest";
import { type SessionGain, SessionGains } from "./session-gains";
import { pack, unpack } from "./session-journal";

const session = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";
const gain: SessionGain = {
  session,
  pool: 7,
  firstSeen: 1_768_467_600_123.457,
  lastSeen: 1_768_467_660_000,
  requests: 3,
  nodes: [4, 900_000],
  lbs: [1],
  client: "2001:db8::7",
  demo: true,
};

describe("gains of sessions", () => {
  it("are read back from the journal as they were written", () => {
    const other = { ...gain, nodes: [], lbs: [], client: null, demo: false };
    expect(unpack(pack([gain, other]))).toEqual([gain, other]);
  });

  it("sum up to the same in any order and any parts, the later of two equal times' addresses as Postgres orders them", () => {
    const request = (startedAt: number, node: number, client: string | null) => ({
      shape: { pool: 1, lb: 1, node },
      startedAt,
      client,
      demo: false,
    });
    const requests = [
      request(10, 2, "10.0.0.9"),
      request(30, 3, "10.0.0.9"),
      request(30, 2, "10.0.0.10"),
      request(20, 2, "::1"),
    ];
    const orders = [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [2, 0, 3, 1],
    ];
    const sums = orders.map((order) => {
      const whole = new SessionGains();
      for (const at of order) {
        const part = new SessionGains();
        const one = requests[at];
        if (one) part.add(session, one);
        whole.merge(part.list());
      }
      return whole.list().map((sum) => ({ ...sum, nodes: [...sum.nodes].sort() }));
    });
    expect(sums[0]?.[0]).toMatchObject({
      requests: 4,
      firstSeen: 10,
      lastSeen: 30,
      nodes: [2, 3],
      client: "10.0.0.10",
    });
    expect(sums[1]).toEqual(sums[0]);
    expect(sums[2]).toEqual(sums[0]);
  });
});

import { describe, expect, it } from "vitest";
import { packQuarters, unpack } from "./packed-gains";
import { type SessionGain, SessionGains } from "./session-gains";

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

function gainsOf(...list: SessionGain[]): SessionGains {
  const gains = new SessionGains();
  for (const one of list) gains.addGain(one);
  return gains;
}

const packed = (gains: SessionGains) => packQuarters(gains).map(({ bytes }) => bytes);

function readBack(gains: SessionGains): SessionGain[] {
  const read = new SessionGains();
  for (const bytes of packed(gains)) unpack(bytes, read);
  return read.list();
}

/** The n-th of many sessions; their ids agree in all but some digits of the middle. */
const nth = (n: number) => `ffffffff-${n.toString(16).padStart(4, "0")}-6071-8293-a4b5c6d7e8f9`;

describe("gains of sessions", () => {
  it("are read back from the journal as they were written", () => {
    const other = { ...gain, pool: 8, nodes: [], lbs: [0], client: null, demo: false };
    expect(readBack(gainsOf(gain, other))).toEqual([gain, other]);
  });

  it("take few bytes in the journal where they are of one request from an IPv4 address", () => {
    const list = Array.from({ length: 1000 }, (_, n) => ({
      ...gain,
      session: nth(n),
      firstSeen: gain.firstSeen + n,
      lastSeen: gain.firstSeen + n,
      nodes: [4],
      client: `10.255.0.${n % 256}`,
    }));
    expect(Buffer.concat(packed(gainsOf(...list))).length / list.length).toBeLessThan(35);
    expect(readBack(gainsOf(...list))).toEqual(list);
  });

  it("are read back from the journal as an earlier version wrote them", () => {
    const bytes = Buffer.concat([
      Buffer.from(session),
      Buffer.from("07000000", "hex"),
      ...[gain.firstSeen, gain.lastSeen].map((at) => {
        const double = Buffer.alloc(8);
        double.writeDoubleLE(at);
        return double;
      }),
      Buffer.from("03000000" + "01" + "0200" + "0100" + "0b", "hex"),
      Buffer.from("04000000" + "a0bb0d00" + "01000000", "hex"),
      Buffer.from("2001:db8::7"),
    ]);
    const read = new SessionGains();
    unpack(bytes, read);
    unpack(bytes, read);
    expect(read.list()).toEqual([{ ...gain, requests: 6 }]);
  });

  it("are read back however long they are", () => {
    const nodes = Array.from({ length: 500 }, (_, n) => n + 1);
    expect(readBack(gainsOf({ ...gain, nodes }, { ...gain, pool: 9 }))).toEqual([
      { ...gain, nodes },
      { ...gain, pool: 9 },
    ]);
  });

  it("stay apart however many there are, and are told in the order of their sessions", () => {
    const gains = new SessionGains();
    for (let n = 4999; n >= 0; n--) {
      gains.addGain({ ...gain, session: nth(n), requests: n });
      gains.addGain({ ...gain, session: nth(n), requests: 1 });
    }
    expect(gains.size).toBe(5000);
    const before = gainsOf({ ...gain, session: nth(1) }, gain);
    expect([...before.inOrder()].map((n) => before.session(n))).toEqual([session, nth(1)]);
    expect(gains.list().find((one) => one.session === nth(1234))?.requests).toBe(1235);
    expect(gains.sessions()).toHaveLength(5000);
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
        whole.merge(part);
      }
      return whole.list();
    });
    expect(sums[0]?.[0]).toMatchObject({
      session,
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

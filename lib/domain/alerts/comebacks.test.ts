import { describe, expect, it } from "vitest";
import { Comebacks, settleMs } from "./comebacks";
import { minuteMs } from "./grid";

describe("a node", () => {
  /** Requests of a node by minute; another has as many as ever. */
  const load = (requests: readonly number[]) =>
    requests.flatMap((n, minute) => [
      { minute: minute * minuteMs, lb: "edge-1", node: "web-1", requests: n },
      { minute: minute * minuteMs, lb: "edge-1", node: "web-2", requests: 100 },
    ]);

  it("that served nothing for minutes in which it had its part before came back", () => {
    const back = new Comebacks(load([50, 50, 50, 0, 0, 50, 50]));
    expect(back.leadTo("web-1", 5 * minuteMs)).toBe(true);
    expect(back.leadTo("web-2", 5 * minuteMs)).toBe(false);
    expect(back.settling(5 * minuteMs + settleMs)).toBe(true);
  });

  it("that is asked so little that it has nothing in the first minutes did not come", () => {
    expect(new Comebacks(load([0, 0, 2, 0, 1, 3])).settling(3 * minuteMs)).toBe(false);
    expect(new Comebacks(load([0, 0, 50, 50, 50])).settling(3 * minuteMs)).toBe(true);
  });

  it("that is asked so little that some minutes have nothing for it was there all the time", () => {
    const starved = new Comebacks(load([50, 20, 5, 3, 0, 2, 4, 0, 0, 3, 1, 0, 2]));
    expect(starved.settling(5 * minuteMs)).toBe(false);
    expect(starved.leadTo("web-1", 9 * minuteMs)).toBe(false);
  });
});

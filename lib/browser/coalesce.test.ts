import { describe, expect, it } from "vitest";
import { Coalescer, type Timers } from "./coalesce";

class TurnedClock implements Timers {
  private at = 0;
  private waiting: { due: number; run: () => void }[] = [];
  now = () => this.at;
  after = (run: () => void, ms: number) => {
    const entry = { due: this.at + ms, run };
    this.waiting.push(entry);
    return () => {
      this.waiting = this.waiting.filter((candidate) => candidate !== entry);
    };
  };
  turnTo(at: number) {
    for (;;) {
      const next = this.waiting.filter(({ due }) => due <= at).sort((a, b) => a.due - b.due)[0];
      if (!next) break;
      this.at = next.due;
      this.waiting = this.waiting.filter((candidate) => candidate !== next);
      next.run();
    }
    this.at = at;
  }
}

describe("Coalescer", () => {
  it("hands on what was gathered once, when the first of it is due", () => {
    const clock = new TurnedClock();
    const handed: [number, string[]][] = [];
    const gather = new Coalescer<string>((items) => {
      handed.push([clock.now(), items]);
      return undefined;
    }, clock);
    gather.add(["overview"], 500);
    clock.turnTo(200);
    gather.add(["overview", "sessions"], 500);
    clock.turnTo(2000);
    expect(handed).toEqual([[500, ["overview", "sessions"]]]);
  });

  it("brings all forward when something urgent comes", () => {
    const clock = new TurnedClock();
    const handed: [number, string[]][] = [];
    const gather = new Coalescer<string>((items) => {
      handed.push([clock.now(), items]);
      return undefined;
    }, clock);
    gather.add(["nodes"], 500);
    clock.turnTo(100);
    gather.add(["bounces"], 150);
    clock.turnTo(2000);
    expect(handed).toEqual([[250, ["nodes", "bounces"]]]);
  });

  it("does not ask again while the answers to the last are on their way", async () => {
    const clock = new TurnedClock();
    const handed: number[] = [];
    let answer = () => {};
    const gather = new Coalescer<string>(() => {
      handed.push(clock.now());
      return new Promise<void>((resolve) => {
        answer = resolve;
      });
    }, clock);
    gather.add(["a"], 100);
    clock.turnTo(100);
    gather.add(["b"], 100);
    clock.turnTo(900);
    expect(handed).toEqual([100]);
    answer();
    await Promise.resolve();
    await Promise.resolve();
    clock.turnTo(901);
    expect(handed).toEqual([100, 900]);
  });

  it("hands the first of a flood on at once, and keeps still between the rest", async () => {
    const clock = new TurnedClock();
    const handed: number[] = [];
    const gather = new Coalescer<string>(
      () => {
        handed.push(clock.now());
        return undefined;
      },
      clock,
      900,
    );
    for (let at = 0; at <= 3000; at += 50) {
      clock.turnTo(at);
      gather.add(["bounces"], 60);
      await Promise.resolve();
      await Promise.resolve();
    }
    expect(handed[0]).toBe(60);
    expect(handed.length).toBeGreaterThanOrEqual(3);
    expect(handed.length).toBeLessThanOrEqual(4);
  });

  it("hands on nothing once stopped", () => {
    const clock = new TurnedClock();
    let handed = 0;
    const gather = new Coalescer<string>(() => {
      handed += 1;
      return undefined;
    }, clock);
    gather.add(["a"], 100);
    gather.stop();
    gather.add(["b"], 100);
    clock.turnTo(1000);
    expect(handed).toBe(0);
  });
});

import { describe, expect, it } from "vitest";
import { minuteMs, stepMs } from "./grid";
import type { SourceStepCount } from "./pool-facts";
import { firstRules, type Rule } from "./rule";
import { type Others, pauseEpisodes, rejectEpisodes } from "./source-course";

function rule(id: string): Rule {
  const found = firstRules.find((one) => one.id === id);
  if (!found) throw new Error(id);
  return found;
}

const silent = rule("silent-source");
const noon = Date.UTC(2026, 10, 21, 12);
const second = 1000;

/** Two lines a second in each step, delivered every 30 s of log time along with the others. */
function stepsOf(from: number, to: number, more: Partial<SourceStepCount> = {}): SourceStepCount[] {
  return Array.from({ length: (to - from) / stepMs }, (_, n) => {
    const at = from + n * stepMs;
    const ends = n % 2 === 1;
    return {
      at,
      lines: 30,
      rejected: 0,
      firstAt: at + 100,
      lastAt: at + stepMs - 100,
      othersAt: ends ? at + stepMs : null,
      othersBy: ends ? 30 * second : 0,
      behindBy: 0,
      ...more,
    };
  });
}

const goOn = (reached: number): Others => ({
  reached,
  wrote: (from, to) => from < reached && to > noon,
});
const hour = stepsOf(noon, noon + 60 * minuteMs);
const last = noon + 60 * minuteMs - 100;

describe("A source's silence in log time", () => {
  it("is told 45 seconds after its last line, once the others are three deliveries ahead", () => {
    expect(pauseEpisodes(hour, silent, goOn(last + 80 * second))).toEqual([]);
    expect(pauseEpisodes(hour, silent, goOn(last + 100 * second))).toEqual([
      expect.objectContaining({ since: last, firedAt: last + 45 * second, endedAt: null }),
    ]);
  });

  it("is found afterwards too, with its end, however fast the lines came", () => {
    const back = noon + 64 * minuteMs;
    const steps = [...hour, ...stepsOf(back, back + 5 * minuteMs)];
    expect(pauseEpisodes(steps, silent, goOn(back + 5 * minuteMs))).toEqual([
      expect.objectContaining({ since: last, firedAt: last + 45 * second, endedAt: back + 100 }),
    ]);
  });

  it("is none where the others were silent too", () => {
    const back = noon + 64 * minuteMs;
    const steps = [...hour, ...stepsOf(back, back + 5 * minuteMs)];
    const others = { reached: back + 5 * minuteMs, wrote: () => false };
    expect(pauseEpisodes(steps, silent, others)).toEqual([]);
  });

  it("is none of a source whose file was sent by itself, before or after the others'", () => {
    const alone = stepsOf(noon, noon + 60 * minuteMs, {
      othersAt: noon + 600 * minuteMs,
      othersBy: 0,
    });
    expect(pauseEpisodes(alone, silent, goOn(noon + 600 * minuteMs))).toEqual([]);
    const first = stepsOf(noon, noon + 60 * minuteMs, { othersAt: null, othersBy: 0 });
    expect(pauseEpisodes(first, silent, goOn(noon + 600 * minuteMs))).toEqual([]);
  });

  it("waits for lines that come in any order", () => {
    const back = noon + 64 * minuteMs;
    const shuffled = (to: number) => [
      ...stepsOf(noon, noon + 60 * minuteMs, { behindBy: 5 * minuteMs }),
      ...stepsOf(back, to, { behindBy: 5 * minuteMs }),
    ];
    const soon = back + 4 * minuteMs;
    expect(pauseEpisodes(shuffled(soon), silent, goOn(soon))).toEqual([]);
    const later = back + 6 * minuteMs;
    expect(pauseEpisodes(shuffled(later), silent, goOn(later))).toHaveLength(1);
  });

  it("takes longer where the source writes seldom, or pauses by itself", () => {
    const seldom = hour
      .filter((_, n) => n % 4 === 0)
      .map((step) => ({ ...step, othersBy: 60 * second, othersAt: step.at, lines: 1 }));
    const end = seldom.at(-1)?.lastAt ?? 0;
    expect(pauseEpisodes(seldom, silent, goOn(end + 10 * minuteMs))).toEqual([]);
    expect(pauseEpisodes(seldom, silent, goOn(end + 15 * minuteMs))).toHaveLength(1);
  });
});

describe("Lines that cannot be read", () => {
  it("are an incident in the log time of their neighbours, within a minute of the first", () => {
    const from = noon + 20 * minuteMs;
    const to = noon + 25 * minuteMs;
    const steps = hour.map((step) =>
      step.at >= from && step.at < to ? { ...step, lines: 15, rejected: 15 } : step,
    );
    const [episode, ...more] = rejectEpisodes(steps, rule("rejects"), noon, noon + 60 * minuteMs);
    expect(more).toEqual([]);
    expect(episode?.firedAt).toBe(from + 30 * second);
    expect(episode?.endedAt).toBeLessThanOrEqual(to + minuteMs);
  });

  it("are none where a single one cannot be read now and then", () => {
    const steps = hour.map((step, n) => (n % 3 === 0 ? { ...step, rejected: 2 } : step));
    expect(rejectEpisodes(steps, rule("rejects"), noon, noon + 60 * minuteMs)).toEqual([]);
  });
});

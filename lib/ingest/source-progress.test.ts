import { describe, expect, it } from "vitest";
import { emptyBare } from "@/lib/store/write/request-rows";
import type { Shape } from "@/lib/store/write/shapes";
import { type Batch, emptyBatch } from "./batch";
import { SourceProgress } from "./source-progress";

const noon = Date.UTC(2026, 10, 21, 12);
const now = noon + 24 * 3_600_000;
const second = 1000;

const shape: Shape = {
  id: 0,
  pool: 0,
  lb: 0,
  node: null,
  source: 1,
  poolName: "shop",
  lbName: "edge",
  nodeName: "web-1",
  status: 200,
  backendStatus: null,
  retries: null,
  redispatched: null,
  upgrade: null,
  method: "GET",
  host: null,
  protocol: null,
  listener: null,
  tlsProtocol: null,
  tlsCipher: null,
  presented: null,
  inserted: null,
  persistenceState: null,
  termination: null,
};

function batchOf(
  source: number,
  lines: readonly number[],
  rejects: readonly (number | null)[] = [],
): Batch {
  const batch = emptyBatch(source, now);
  for (const startedAt of lines)
    batch.bare.push({ ...emptyBare(null), startedAt, durationMs: 10 }, shape);
  for (const near of rejects) batch.rejects.push({ source, near, id: "", reason: "", text: "" });
  return batch;
}

describe("A source's progress in log time", () => {
  it("tells how far the others came between its deliveries, and how far back it reached", () => {
    const progress = new SourceProgress();
    progress.take([batchOf(1, [noon, noon + 20 * second])], now);
    progress.take([batchOf(2, [noon, noon + 20 * second])], now);
    progress.take([batchOf(1, [noon + 50 * second])], now + 10);
    const steps = progress.take([batchOf(2, [noon + 5 * second, noon + 50 * second])], now + 20);
    expect(steps.find(({ at }) => at === noon + 45 * second)).toMatchObject({
      lines: 1,
      othersAt: noon + 50 * second + 10,
      othersBy: 30 * second,
      behindBy: 15 * second,
    });
  });

  it("dates lines that cannot be read by those before them, else by the first after them", () => {
    const progress = new SourceProgress();
    const at = noon + 31 * second;
    const steps = progress.take(
      [batchOf(1, [at, at + 30 * second], [null, at + 30 * second])],
      now,
    );
    expect(steps.map((step) => [step.at - noon, step.rejected])).toEqual([
      [30 * second, 1],
      [60 * second, 1],
    ]);
  });

  it("lets a source of which nothing can be read come on as the others do, not as our clock", () => {
    const progress = new SourceProgress();
    progress.take([batchOf(1, [noon]), batchOf(2, [noon])], now);
    progress.take([batchOf(2, [noon])], now);
    progress.take([batchOf(1, [noon + 60 * second])], now);
    const steps = progress.take([batchOf(2, [], [null, null])], now);
    expect(steps).toMatchObject([{ at: noon + 60 * second, lines: 0, rejected: 2 }]);
  });

  it("is told in whole milliseconds, also of a balancer that counts in microseconds", () => {
    const progress = new SourceProgress();
    progress.take([batchOf(1, [noon + 0.25])], now);
    progress.take([batchOf(2, [noon + 30_000.75])], now);
    progress.take([batchOf(1, [noon + 60_000.5], [noon + 70_000.5])], now);
    for (const step of progress.take([batchOf(2, [noon + 15_000.125])], now))
      for (const value of Object.values(step)) if (value !== null) expect(value % 1).toBe(0);
  });

  it("is not led astray by a line with a date that is yet to come", () => {
    const progress = new SourceProgress();
    progress.take([batchOf(1, [noon, now + 400 * 24 * 3_600_000])], now);
    progress.take([batchOf(2, [noon])], now);
    const steps = progress.take([batchOf(2, [noon + 15 * second])], now);
    expect(steps).toMatchObject([{ othersAt: noon + 10, othersBy: 0 }]);
  });
});

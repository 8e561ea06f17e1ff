import type { PoolClient } from "pg";
import type { SourceStepCount } from "@/lib/domain/alerts/pool-facts";
import type { EpochMs } from "@/lib/domain/facts";
import { timestampText } from "../database";

/** What a source's lines brought to a step of log time. */
export interface SourceStep extends SourceStepCount {
  source: number;
}

/** Adds to the steps; sums and bounds, so that the order of deliveries does not matter. */
export async function addSourceSteps(
  client: PoolClient,
  steps: readonly SourceStep[],
): Promise<void> {
  if (steps.length === 0) return;
  const sorted = [...steps].sort((a, b) => a.source - b.source || a.at - b.at);
  const times = (of: (step: SourceStep) => EpochMs | null) =>
    sorted.map((step) => {
      const at = of(step);
      return at === null ? null : timestampText(at);
    });
  await client.query(
    `INSERT INTO source_steps AS t
       (source, at, lines, rejected, first_at, last_at, others_at, others_by, behind_by)
     SELECT * FROM unnest($1::integer[], $2::timestamptz[], $3::integer[], $4::integer[],
       $5::timestamptz[], $6::timestamptz[], $7::timestamptz[], $8::integer[], $9::integer[])
     ON CONFLICT (source, at) DO UPDATE SET
       lines = t.lines + excluded.lines,
       rejected = t.rejected + excluded.rejected,
       first_at = least(t.first_at, excluded.first_at),
       last_at = greatest(t.last_at, excluded.last_at),
       others_at = greatest(t.others_at, excluded.others_at),
       others_by = greatest(t.others_by, excluded.others_by),
       behind_by = greatest(t.behind_by, excluded.behind_by)`,
    [
      sorted.map(({ source }) => source),
      times(({ at }) => at),
      sorted.map(({ lines }) => lines),
      sorted.map(({ rejected }) => rejected),
      times(({ firstAt }) => firstAt),
      times(({ lastAt }) => lastAt),
      times(({ othersAt }) => othersAt),
      sorted.map(({ othersBy }) => othersBy),
      sorted.map(({ behindBy }) => behindBy),
    ],
  );
}

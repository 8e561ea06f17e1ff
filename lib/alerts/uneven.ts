import type { Finding } from "@/lib/domain/alerts/measures";
import type { PoolFacts } from "@/lib/domain/alerts/pool-facts";
import { isSurelyUneven } from "@/lib/domain/alerts/uneven-load";
import { sessionsWithin } from "@/lib/store/alerts/sessions-within";
import type { Queryable } from "@/lib/store/query";

/**
 * What was found, without uneven load that chance makes of few sessions: each
 * stays where it is, with all its requests. Asks how many there were only where
 * load was found uneven, which is seldom.
 */
export async function surelyUneven(
  db: Queryable,
  pool: number,
  facts: PoolFacts,
  findings: readonly Finding[],
): Promise<Finding[]> {
  const kept: Finding[] = [];
  for (const finding of findings) {
    const { rule, episode } = finding;
    if (rule.condition.kind === "imbalance") {
      const from = episode.since - rule.condition.windowSeconds * 1000;
      const to = episode.endedAt ?? facts.clock;
      const [row] = await sessionsWithin(db, { pool, from, to });
      const nodes = new Set(
        facts.load.flatMap(({ minute, node }) => (minute >= from && minute < to ? node : [])),
      );
      if (!isSurelyUneven(episode.peak, row?.n ?? 0, nodes.size)) continue;
    }
    kept.push(finding);
  }
  return kept;
}

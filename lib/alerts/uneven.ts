import type { Finding } from "@/lib/domain/alerts/measures";
import type { PoolFacts } from "@/lib/domain/alerts/pool-facts";
import { isLikely, restsOn } from "@/lib/domain/alerts/uneven-load";
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
    const span = restsOn(finding, facts.clock);
    const [row] = span === null ? [] : await sessionsWithin(db, { pool, ...span });
    if (isLikely(finding, facts, () => row?.n ?? 0)) kept.push(finding);
  }
  return kept;
}

import type { RangeParams } from "./page-params";
import type { BouncesParams } from "./queries/bounces";
import type { SessionSort, SessionsParams } from "./queries/sessions";

/* The overview's own questions, asked by the server beforehand and by the browser with the same key. */

export function latestBounces(range: RangeParams, lb: string | null): BouncesParams {
  return { ...range, ...(lb ? { lb } : {}), limit: 5 };
}

export type WorstSort = Extract<SessionSort, "worst" | "lost" | "latest">;

export function worstSessions(
  range: RangeParams,
  sort: WorstSort,
  lb: string | null,
): SessionsParams {
  const kind = sort === "lost" ? { lost: true } : { bounced: true };
  return { ...range, ...(lb ? { lb } : {}), sort, limit: 8, ...kind };
}

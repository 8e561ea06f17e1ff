import type { Query } from "@tanstack/react-query";
import type { StreamEvent } from "@/lib/schemas/stream";

/** What an event makes out of date: questions by name, of these pools (null: of any). */
export interface Touched {
  names: readonly string[];
  pools: readonly string[] | null;
  /** The longest that the page may wait before it asks again. */
  withinMs: number;
}

const byRequests = [
  "pools",
  "nodes",
  "overview",
  "sessions",
  "timeline",
  "bounces",
  "bounce-groups",
  "spread",
  "losses",
  "transitions",
  "heatmap",
  "rejects",
  "changes",
  "sources",
] as const;

const byOthers = ["alerts", "alert", "silences", "compare", "weekly", "demo"] as const;

export function touchedBy(event: StreamEvent): Touched {
  switch (event.type) {
    case "tick":
      return {
        // Without a pool it says that something was missed, whatever it was.
        names: event.pools.length > 0 ? byRequests : [...byRequests, ...byOthers],
        pools: event.pools.length > 0 ? event.pools : null,
        withinMs: 500,
      };
    case "bounce":
      return {
        names: [
          "overview",
          "sessions",
          "timeline",
          "bounces",
          "bounce-groups",
          "spread",
          "transitions",
          "heatmap",
        ],
        pools: [event.bounce.pool],
        withinMs: 60,
      };
    case "loss":
      return {
        names: ["overview", "sessions", "timeline", "losses"],
        // An app that does not name its pool may mean any.
        pools: event.loss.pool === "" ? null : [event.loss.pool],
        withinMs: 60,
      };
    case "alert":
      return { names: ["alerts", "alert", "silences"], pools: null, withinMs: 100 };
    case "change":
      return {
        names: ["overview", "timeline", "changes", "nodes", "heatmap", "compare"],
        pools: event.change.pool === null ? null : [event.change.pool],
        withinMs: 300,
      };
  }
}

/** `overview` of any pool, or `overview/checkout` of one: what the coalescer gathers. */
export function tokensOf(touched: Touched): string[] {
  if (touched.pools === null) return [...touched.names];
  return touched.names.flatMap((name) => (touched.pools ?? []).map((pool) => `${name}/${pool}`));
}

/** A list of more pages than this is not asked again by itself: each page would be. */
const mostPages = 3;

/** Whether a list was read far down; it then holds still until its reader wants it anew. */
export function isLong(data: unknown): boolean {
  return (
    typeof data === "object" &&
    data !== null &&
    "pages" in data &&
    Array.isArray(data.pages) &&
    data.pages.length > mostPages
  );
}

/** Whether a cached question is among the gathered ones. One about all pools is touched by each. */
export function isTouched(
  query: Pick<Query, "queryKey"> & { state?: { data?: unknown } },
  tokens: ReadonlySet<string>,
): boolean {
  const [name, params] = query.queryKey;
  if (typeof name !== "string" || isLong(query.state?.data)) return false;
  if (tokens.has(name)) return true;
  const pool = poolOf(params) ?? poolOfTimeline(name, query.state?.data);
  if (pool !== null) return tokens.has(`${name}/${pool}`);
  for (const token of tokens) if (token.startsWith(`${name}/`)) return true;
  return false;
}

function poolOf(params: unknown): string | null {
  if (typeof params !== "object" || params === null || !("pool" in params)) return null;
  return typeof params.pool === "string" ? params.pool : null;
}

/** A session's timeline is asked for by its ID: its pool stands in the answer. */
function poolOfTimeline(name: string, data: unknown): string | null {
  if (name !== "timeline" || typeof data !== "object" || data === null) return null;
  return "session" in data ? poolOf(data.session) : null;
}

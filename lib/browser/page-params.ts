import { createLoader, parseAsBoolean, parseAsString } from "nuqs/server";
import { defaultRange, resolveRange } from "@/lib/view/time-range";

/** What every page keeps in its URL. Read by server pages through `loadPageParams`, by components through hooks. */
export const pageParams = {
  from: parseAsString.withDefault(defaultRange.from),
  to: parseAsString.withDefault(defaultRange.to),
  pool: parseAsString,
  /** A load balancer; the overview and the lists show only what went through it. */
  lb: parseAsString,
  /** `utc`, an IANA zone, or absent for the reader's own. */
  tz: parseAsString,
  live: parseAsBoolean.withDefault(true),
};

export const loadPageParams = createLoader(pageParams);

export type RangeParams = {
  from: string;
  to: string;
  pool?: string;
};

/** The parameters of a ranged question; a range that cannot be understood falls back to the default one. */
export function rangeParams(
  params: { from: string; to: string; pool: string | null },
  now: number,
): RangeParams {
  const { from, to, pool } = params;
  const range = resolveRange({ from, to }, now) ? { from, to } : defaultRange;
  return pool ? { ...range, pool } : { ...range };
}

const furtherRows = 500;

/** Where a page of a list begins; whoever reads on gets more at a time than the first page holds. */
export function further(cursor: string | null): { cursor?: string; limit?: number } {
  return cursor === null ? {} : { cursor, limit: furtherRows };
}

const carriedNames = ["from", "to", "pool", "tz", "live"];
const pagesOfBalancer = ["/", "/sessions", "/compare"];

/** The part of an address that links carry on, as a query. */
export function carriedOf(search: URLSearchParams): string {
  const kept = new URLSearchParams();
  for (const name of [...carriedNames, "lb"]) {
    const value = search.get(name);
    if (value) kept.set(name, value);
  }
  return kept.toString();
}

/** A link to another page that keeps the range, the pool and the zone. `more` adds or, with null, drops parameters. */
export function carriedHref(
  path: string,
  search: URLSearchParams,
  more: Record<string, string | null> = {},
): string {
  const kept = new URLSearchParams();
  const names = pagesOfBalancer.includes(path) ? [...carriedNames, "lb"] : carriedNames;
  for (const name of names) {
    const value = search.get(name);
    if (value) kept.set(name, value);
  }
  for (const [name, value] of Object.entries(more)) {
    if (value === null) kept.delete(name);
    else kept.set(name, value);
  }
  const query = kept.toString();
  return query ? `${path}?${query}` : path;
}

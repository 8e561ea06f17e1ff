import { z } from "zod";
import { type Queryable, timestampParam } from "../query";

/*
 * Pages of lists that look through so many rows and no more: where few match, a page ends there (`reached`), shorter than
 * asked for, and the next one goes on.
 */

/** As long as nothing rare is looked for, a page is full long before it looked through so many. */
export const mostExamined = 5_000;
/** Those whose requests or sessions are looked at each. */
export const mostRead = 1_000;

/** Parameters of pages of what happened to sessions, by time. */
export const pageByTimeParams = {
  pools: z.array(z.number()),
  from: timestampParam,
  to: timestampParam,
  sessionFrom: z.string().nullable(),
  sessionTo: z.string().nullable(),
  afterAt: timestampParam.nullable(),
  afterSession: z.string().nullable(),
  afterId: z.string().nullable(),
  /** How many rows of the range a page looks through, in each pool; a cluster looks through all. */
  examined: z.number(),
};

/** The same, as the question for a page's end takes them. */
export const pageByTime = z.object(pageByTimeParams);
type PageAsked = z.input<typeof pageByTime> & { limit: number };

/** Where such a page ends: the sort keys of its last row. */
export interface TimeKey {
  at: number;
  session: string;
  id: string;
}

/** Which way such a list goes. */
export type Way = "ASC" | "DESC";

/** SQL: the order of such a list, of rows called `as`. */
export function orderByTime(as: string, way: Way): string {
  return `ORDER BY ${as}.at ${way}, ${as}.session ${way}, ${as}.id ${way}`;
}

/** SQL: that a row called `as` stands behind where the page before ended. */
export function afterByTime(as: string, way: Way): string {
  const beyond = way === "ASC" ? ">" : "<";
  return `($afterAt::timestamptz IS NULL
        OR (${as}.at ${beyond}= $afterAt AND (${as}.at, ${as}.session, ${as}.id)
          ${beyond} ($afterAt::timestamptz, $afterSession::uuid, $afterId::uuid)))`;
}

export interface PageByTime<Given, Row> {
  read(db: Queryable, given: Given): Promise<Row[]>;
  /** The last of as many rows as a page looks through, in the pools that have more. */
  edge(db: Queryable, given: PageAsked): Promise<TimeKey[]>;
  way: Way;
}

/** A page by time, and how far it came if it looked through as many rows as it may. */
export async function pageUpTo<Given extends PageAsked, Row extends TimeKey>(
  db: Queryable,
  { read, edge, way }: PageByTime<Given, Row>,
  given: Given,
): Promise<{ rows: Row[]; reached: TimeKey | null }> {
  const rows = await read(db, given);
  const [reached] = rows.length < given.limit ? await edge(db, given) : [];
  // What lies beyond in other pools is found again from there.
  return reached
    ? { rows: rows.filter((row) => !isAfter(row, reached, way)), reached }
    : { rows, reached: null };
}

/** Whether a row stands behind another in the list. */
function isAfter(row: TimeKey, other: TimeKey, way: Way): boolean {
  for (const key of ["at", "session", "id"] as const)
    if (row[key] !== other[key])
      return way === "ASC" ? row[key] > other[key] : row[key] < other[key];
  return false;
}

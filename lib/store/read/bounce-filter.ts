import { z } from "zod";
import { isRequest } from "../by-session";
import { timestampParam } from "../query";
import { soughtParams } from "./sought";

/**
 * Follows from what is asked of the bounces for their requests, which have their times; said of these too, it lets the
 * planner leave out the partitions of all other days.
 */
export const ofDaysAsked = (request: string) =>
  `${request}.started_at >= $from::timestamptz AND ${request}.started_at < $to::timestamptz`;

/** What is asked of a bounce's own columns, but its pool. */
const ofThemselves = `
  b.at >= $from::timestamptz AND b.at < $to::timestamptz
  AND ($cause::text IS NULL OR b.cause = $cause)
  AND ($class::text IS NULL OR b.class = $class)
  AND ($nodes::int[] IS NULL OR b.from_node = ANY ($nodes) OR b.to_node = ANY ($nodes))
  AND ($fromNodes::int[] IS NULL OR b.from_node = ANY ($fromNodes))
  AND ($toNodes::int[] IS NULL OR b.to_node = ANY ($toNodes))
  AND ($lb::int IS NULL OR b.lb = $lb)
  AND ($sessionFrom::uuid IS NULL OR b.session BETWEEN $sessionFrom AND $sessionTo::uuid)`;

/** Which bounces of a range are meant; reads bounces_at, one range per pool. */
export const bounceFilter = `
  b.pool = ANY ($pools::int[])
  AND ${ofThemselves}
  AND CASE WHEN NOT $lost::boolean THEN true ELSE (
    SELECT true FROM losses l WHERE l.session = b.session LIMIT 1) IS NOT NULL END
  AND (NOT $sought::boolean
    OR EXISTS (SELECT FROM unnest($soughtFrom::uuid[], $soughtTo::uuid[]) AS k (low, high)
      WHERE b.session BETWEEN k.low AND k.high)
    OR b.correlation = $soughtCorrelation::text
    OR b.from_node = ANY ($soughtNodes::int[]) OR b.to_node = ANY ($soughtNodes::int[])
    OR b.lb = ANY ($soughtLbs::int[])
    OR CASE WHEN $soughtClient::inet IS NULL THEN false ELSE (
      SELECT true FROM sessions s
      WHERE s.session = b.session AND s.pool = b.pool AND s.client <<= $soughtClient
      LIMIT 1) IS NOT NULL END
    OR CASE WHEN $soughtPath::text IS NULL THEN false ELSE (
      SELECT true FROM requests r
      WHERE ${isRequest("r", "b.session", "b.at", "b.id")} AND ${ofDaysAsked("r")}
        AND r.path LIKE $soughtPath
      LIMIT 1) IS NOT NULL END)`;

/** The same for a cluster: without what is not asked, and what lies in other tables found before. */
export function spreadBounceFilter(given: z.output<typeof filter>): string {
  const sought = [
    `EXISTS (SELECT 1 FROM unnest($soughtFrom::uuid[], $soughtTo::uuid[]) AS k (low, high)
      WHERE b.session BETWEEN k.low AND k.high)`,
    "b.correlation = $soughtCorrelation::text",
    "b.from_node = ANY ($soughtNodes::int[]) OR b.to_node = ANY ($soughtNodes::int[])",
    "b.lb = ANY ($soughtLbs::int[])",
    ...(given.soughtClient === null
      ? []
      : [
          "b.session IN (SELECT s.session FROM sessions s WHERE s.client <<= $soughtClient::inet OFFSET 0)",
        ]),
    ...(given.soughtPath === null
      ? []
      : [
          `b.id IN (SELECT r.id FROM requests r WHERE r.path LIKE $soughtPath
            AND ${ofDaysAsked("r")} OFFSET 0)`,
        ]),
  ];
  return `
    ${ofThemselves}
    ${given.lost ? "AND EXISTS (SELECT 1 FROM losses l WHERE l.session = b.session)" : ""}
    ${given.sought ? `AND (${sought.join(" OR ")})` : ""}`;
}

export const bounceFilterParams = {
  pools: z.array(z.number()),
  from: timestampParam,
  to: timestampParam,
  cause: z.string().nullable(),
  class: z.string().nullable(),
  nodes: z.array(z.number()).nullable(),
  fromNodes: z.array(z.number()).nullable(),
  toNodes: z.array(z.number()).nullable(),
  lb: z.number().nullable(),
  sessionFrom: z.string().nullable(),
  sessionTo: z.string().nullable(),
  lost: z.boolean(),
  ...soughtParams,
  /** The text that was sought, as a correlation ID would be stored. */
  soughtCorrelation: z.string().nullable(),
};
const filter = z.object(bounceFilterParams);
/** The filter's parameters; times in epoch ms. */
export type BounceFilter = z.input<typeof filter>;

import type { PoolClient } from "pg";
import { type EpochMs, type SessionEventType, sessionEventTypes } from "@/lib/domain/facts";
import { isRequest } from "../by-session";
import { timestampText } from "../database";
import { onCluster, onOneMachine } from "../on-cluster";
import { isTie, type Tie } from "./request-rows";

/** A correlation ID that more facts than this carry ties nothing together: it is a constant. */
export const mostPerCorrelation = 1000;

export interface EventLink {
  correlation: string;
  session: string;
  id: string;
  at: EpochMs;
  type: SessionEventType;
  node: string | null;
}

export interface RequestLink {
  correlation: string;
  session: string;
  id: string;
  startedAt: EpochMs;
  pool: number;
  lb: number;
  node: number | null;
  tie: Tie;
  /** Its normalised correlation IDs. */
  correlations: string[];
}

function isType(word: string): word is SessionEventType {
  return sessionEventTypes.some((type) => type === word);
}

/** Whether any event with a correlation ID lies in a time: most batches need to ask no further. */
export async function hasEventLinks(
  client: PoolClient,
  from: EpochMs,
  to: EpochMs,
): Promise<boolean> {
  const { rows } = await client.query(
    "SELECT 1 FROM event_correlations WHERE at BETWEEN $1 AND $2 LIMIT 1",
    [timestampText(from), timestampText(to)],
  );
  return rows.length > 0;
}

const eventLinksByOne = `${onOneMachine}
  SELECT w.correlation, e.session, e.id, e.at, e.type, e.node
  FROM unnest($1::uuid[]) AS w (correlation)
  CROSS JOIN LATERAL (
    SELECT session, id, at, type, node FROM event_correlations
    WHERE correlation = w.correlation AND at BETWEEN $2 AND $3
    LIMIT ${mostPerCorrelation + 1}
  ) e`;

const spreadEventLinks = `
  SELECT correlation, session, id, at, type, node FROM (
    SELECT e.correlation, e.session, e.id, e.at, e.type, e.node,
      row_number() OVER (PARTITION BY e.correlation ORDER BY e.at, e.id) AS nth
    FROM event_correlations e
    WHERE e.correlation = ANY ($1::uuid[]) AND e.at BETWEEN $2 AND $3
  ) e
  WHERE nth <= ${mostPerCorrelation + 1}`;

/** Events that carry one of the correlation IDs (by hash), in a time. */
export async function eventLinks(
  client: PoolClient,
  correlations: string[],
  from: EpochMs,
  to: EpochMs,
): Promise<EventLink[]> {
  if (correlations.length === 0) return [];
  const { rows } = await client.query<{
    correlation: string;
    session: string;
    id: string;
    at: number;
    type: string;
    node: string | null;
  }>((await onCluster(client)) ? spreadEventLinks : eventLinksByOne, [
    correlations,
    timestampText(from),
    timestampText(to),
  ]);
  return rows.flatMap((row) => (isType(row.type) ? [{ ...row, type: row.type }] : []));
}

const linked =
  'c.correlation, r.session, r.id, r.started_at AS "startedAt", r.pool, r.lb, r.node, r.tie, r.correlations';

const requestLinksByOne = `${onOneMachine}
  SELECT ${linked}
  FROM unnest($1::uuid[]) AS w (correlation)
  CROSS JOIN LATERAL (
    SELECT correlation, session, started_at, id FROM request_correlations
    WHERE correlation = w.correlation AND started_at BETWEEN $2 AND $3
    LIMIT ${mostPerCorrelation + 1}
  ) c
  JOIN requests r ON ${isRequest("r", "c.session", "c.started_at", "c.id")}`;

const spreadRequestLinks = `
  WITH c AS MATERIALIZED (
    SELECT correlation, session, started_at, id FROM (
      SELECT q.correlation, q.session, q.started_at, q.id,
        row_number() OVER (PARTITION BY q.correlation ORDER BY q.started_at, q.id) AS nth
      FROM request_correlations q
      WHERE q.correlation = ANY ($1::uuid[]) AND q.started_at BETWEEN $2 AND $3
    ) q
    WHERE nth <= ${mostPerCorrelation + 1}
  )
  SELECT ${linked}
  FROM c JOIN requests r ON r.session = c.session AND r.started_at = c.started_at AND r.id = c.id`;

/** Requests, each in its home session, that carry one of the correlation IDs (by hash), in a time. */
export async function requestLinks(
  client: PoolClient,
  correlations: string[],
  from: EpochMs,
  to: EpochMs,
): Promise<RequestLink[]> {
  if (correlations.length === 0) return [];
  const { rows } = await client.query<{
    correlation: string;
    session: string;
    id: string;
    startedAt: number;
    pool: number;
    lb: number;
    node: number | null;
    tie: number;
    correlations: string[] | null;
  }>((await onCluster(client)) ? spreadRequestLinks : requestLinksByOne, [
    correlations,
    timestampText(from),
    timestampText(to),
  ]);
  return rows.flatMap((row) =>
    isTie(row.tie) ? [{ ...row, tie: row.tie, correlations: row.correlations ?? [] }] : [],
  );
}

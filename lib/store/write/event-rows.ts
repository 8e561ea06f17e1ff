import type { PoolClient } from "pg";
import type { EpochMs } from "@/lib/domain/facts";
import { timestampText } from "../database";
import { copyRows } from "./copy";
import { copyBoolean, copyNumber, copyText } from "./copy-text";

export interface StoredEvent {
  session: string;
  at: EpochMs;
  id: string;
  type: string;
  pool: number;
  node: string | null;
  correlation: string | null;
  correlationKey: string | null;
  store: string | null;
  hit: boolean | null;
  latencyMs: number | null;
  previousSession: string | null;
  attributes: Record<string, unknown> | null;
  demo: boolean;
}

/** Writes events and the rows by which their correlation IDs are found. */
export async function insertEvents(
  client: PoolClient,
  events: readonly StoredEvent[],
): Promise<void> {
  if (events.length === 0) return;
  await copyRows(
    client,
    "session_events",
    [
      "session",
      "at",
      "id",
      "type",
      "pool",
      "node",
      "correlation",
      "store",
      "hit",
      "latency_ms",
      "previous_session",
      "attributes",
      "demo",
    ],
    rowsOf(events),
  );
  await copyRows(
    client,
    "event_correlations",
    ["correlation", "at", "id", "session", "type", "node"],
    correlationRows(events),
  );
}

function* rowsOf(events: readonly StoredEvent[]): Generator<string> {
  for (const event of events)
    yield `${[
      event.session,
      timestampText(event.at),
      event.id,
      event.type,
      String(event.pool),
      copyText(event.node),
      copyText(event.correlation),
      copyText(event.store),
      copyBoolean(event.hit),
      copyNumber(event.latencyMs),
      copyText(event.previousSession),
      event.attributes === null
        ? "\\N"
        : // NUL has no place in jsonb.
          copyText(JSON.stringify(event.attributes).replaceAll("\\u0000", "")),
      copyBoolean(event.demo),
    ].join("\t")}\n`;
}

function* correlationRows(events: readonly StoredEvent[]): Generator<string> {
  for (const event of events)
    if (event.correlationKey !== null)
      yield `${event.correlationKey}\t${timestampText(event.at)}\t${event.id}\t${event.session}\t${event.type}\t${copyText(event.node)}\n`;
}

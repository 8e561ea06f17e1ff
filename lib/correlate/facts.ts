import type { EpochMs, SessionEventType } from "@/lib/domain/facts";
import type { Membership } from "@/lib/store/write/request-rows";
import type { PackedRow } from "@/lib/store/write/row-writer";
import type { Shape } from "@/lib/store/write/shapes";
import type { RequestKeys } from "./membership";

/**
 * A request as a balancer's log told it, normalised: secrets hashed or gone.
 * Most of it waits as bytes for COPY; the rest is what the writing looks at.
 */
export interface RequestFact extends RequestKeys {
  row: PackedRow;
  /** The session that stands in its row so far; null for none. */
  written: string | null;
  /** How it stands in the session whose key it carries, whatever events tell; null where it carries none. */
  placed: Placed | null;
  /** What it has in common with others: pool, balancer, node, status and so on. */
  shape: Shape;
  /** The node's address where the log tells both its name and its address. */
  nodeAddress: string | null;
  demo: boolean;
  /** Hashes of its correlation IDs. */
  correlations: string[];
  durationMs: number | null;
  client: string | null;
}

/** A row to write for a request of this batch. */
export interface Placed {
  request: RequestFact;
  as: Membership;
}

export interface EventFact {
  id: string;
  session: string;
  at: EpochMs;
  type: SessionEventType;
  pool: string;
  node: string | null;
  correlation: string | null;
  /** Its hash. */
  correlationKey: string | null;
  store: string | null;
  hit: boolean | null;
  latencyMs: number | null;
  previousSession: string | null;
  attributes: Record<string, unknown> | null;
  demo: boolean;
}

export interface ChangeInsert {
  id: string;
  at: EpochMs;
  kind: string;
  pool: string | null;
  node: string | null;
  lb: string | null;
  title: string;
  url: string | null;
  author: string | null;
  source: number | null;
}

export interface RejectFact {
  source: number;
  /** When the last line before it that could be read was written; null: none was in its batch. */
  near: EpochMs | null;
  id: string;
  reason: string;
  text: string;
}

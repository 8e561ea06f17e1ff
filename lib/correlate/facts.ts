import type { EpochMs, SessionEventType } from "@/lib/domain/facts";
import type { StoredRequest } from "@/lib/store/write/request-rows";
import type { RequestKeys } from "./membership";

/** A request as a balancer's log told it, normalised: secrets hashed or gone, names not yet looked up. */
export interface RequestFact {
  stored: Omit<StoredRequest, "pool" | "lb" | "node">;
  pool: string;
  lb: string;
  node: string | null;
  /** The node's address where the log tells both its name and its address. */
  nodeAddress: string | null;
  demo: boolean;
  presented: string | null;
  set: string | null;
  address: string | null;
  /** Hashes of `stored.correlations`, one for one. */
  correlations: string[];
  /** What its line says of the pool at large (domain/pool-hours). */
  coarse: boolean;
}

/** A request whose names have their ids. */
export interface KnownRequest extends RequestKeys {
  fact: RequestFact;
  lb: number;
  node: number | null;
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
  id: string;
  reason: string;
  text: string;
}

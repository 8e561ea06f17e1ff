import { hash } from "node:crypto";
import type { EventFact } from "@/lib/correlate/facts";
import { correlationUuid, normaliseCorrelationId } from "@/lib/domain/correlation-id";
import type { EpochMs, SessionEvent } from "@/lib/domain/facts";
import { isSecretName } from "@/lib/domain/secrets";
import { asUuid } from "@/lib/domain/session-key";
import type { Normalisers } from "./normalise";
import type { Occurrences } from "./occurrences";

const earliest = Date.UTC(1995, 0, 1);
const furthestAheadMs = 2 * 86_400_000;

/** What is kept of an event: its sessions hashed. A reason instead where it names no session. */
export function eventFact(
  event: SessionEvent,
  normalisers: Normalisers,
  secret: Uint8Array,
  occurrences: Occurrences,
  now: EpochMs,
  demo: boolean,
): EventFact | string {
  const session = normalisers.sessionOf(event.sessionId);
  if (session === null) return "sessionId: names no session";
  if (event.at < earliest || event.at > now + furthestAheadMs)
    return `time: ${new Date(event.at).toISOString()} is not between 1995 and two days from now`;
  const correlation =
    event.correlationId === null ? null : normaliseCorrelationId(event.correlationId);
  const previousSession =
    event.previousSessionId === null ? null : normalisers.sessionOf(event.previousSessionId);
  const content = JSON.stringify([
    event.at,
    event.type,
    session,
    correlation,
    event.node,
    event.pool,
    event.store,
    event.hit,
    event.latencyMs,
    previousSession,
    event.attributes,
  ]);
  const first = hash("sha256", `event\0${content}`, "hex");
  const occurrence = occurrences.next(first);
  return {
    id: asUuid(
      occurrence === 0 ? first : hash("sha256", `event\0${occurrence}\0${content}`, "hex"),
    ),
    session,
    at: event.at,
    type: event.type,
    pool: event.pool ?? "",
    node: event.node,
    correlation,
    correlationKey: correlation === null ? null : correlationUuid(secret, correlation),
    store: event.store,
    hit: event.hit,
    latencyMs: event.latencyMs,
    previousSession,
    attributes: safeAttributes(event),
    demo,
  };
}

/** Attributes without those whose names speak of secrets, or that repeat the session's key. */
function safeAttributes(event: SessionEvent): Record<string, unknown> | null {
  if (event.attributes === null) return null;
  const kept = Object.entries(event.attributes).filter(
    ([name, value]) =>
      !isSecretName(name) && !JSON.stringify(value ?? null).includes(event.sessionId),
  );
  return kept.length === 0 ? null : Object.fromEntries(kept);
}

import { correlationUuid, normaliseCorrelationId } from "@/lib/domain/correlation-id";
import { addressUuid, sessionUuid } from "@/lib/domain/session-key";
import type { Session } from "@/lib/schemas/results";
import type { Queryable } from "@/lib/store/query";
import type { SessionRecord } from "@/lib/store/read/session-row";
import { sessionsBetween } from "@/lib/store/read/sessions-between";
import { sessionsNamed } from "@/lib/store/read/sessions-named";
import { sessionsOfClient } from "@/lib/store/read/sessions-of-client";
import { sessionsOfCorrelation } from "@/lib/store/read/sessions-of-correlation";
import { Names } from "./names";
import { hashesLike } from "./session-id";
import { isNetwork } from "./sought";
import { sessionOf } from "./wire";

/** From so many digits on, a public id may be given incomplete. */
const fewestDigits = 8;

/**
 * The sessions that a value names: a raw session ID (which is hashed and goes
 * no further), a correlation ID, a client address, or Hopwatch's own id. An
 * item for each session and pool, that with most requests first; sessions of a
 * client by time, newest first.
 */
export async function lookup(
  db: Queryable,
  secret: Uint8Array,
  value: string,
): Promise<{ items: Session[] }> {
  const text = value.trim();
  const names = await Names.read(db);
  const rows = [
    ...(await byOwnId(db, text)),
    ...(await sessionsNamed(db, { sessions: await hashesOf(db, secret, names, text) })),
    ...(isNetwork(text) ? await sessionsOfClient(db, { client: text }) : []),
  ];
  const once = new Map(rows.map((row) => [`${row.session} ${row.pool}`, row]));
  return { items: [...once.values()].map((row) => sessionOf(names, row)) };
}

async function byOwnId(db: Queryable, text: string): Promise<SessionRecord[]> {
  const hashes = text.length >= fewestDigits ? hashesLike(text) : null;
  return hashes === null ? [] : sessionsBetween(db, hashes);
}

async function hashesOf(
  db: Queryable,
  secret: Uint8Array,
  names: Names,
  text: string,
): Promise<string[]> {
  const correlation = normaliseCorrelationId(text);
  const correlated =
    correlation === null
      ? []
      : await sessionsOfCorrelation(db, { correlation: correlationUuid(secret, correlation) });
  const own = sessionUuid(secret, text);
  const addresses = isNetwork(text)
    ? names.poolIds(undefined).map((pool) => addressUuid(secret, names.pool(pool), text))
    : [];
  return [...(own === null ? [] : [own]), ...correlated.map((row) => row.session), ...addresses];
}

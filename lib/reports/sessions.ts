import type { z } from "zod";
import { Problem } from "@/lib/domain/problem";
import type { SessionRow, sessionsQuery } from "@/lib/schemas/results";
import type { Queryable } from "@/lib/store/query";
import { type SessionKey, sessionsPage } from "@/lib/store/read/sessions-page";
import { isoOrNull, rangeOf } from "@/lib/view/range";
import { pageOf, readCursor, sessionCursor, writeCursor } from "./cursor";
import { journeysOf } from "./journeys";
import { Names } from "./names";
import { isNetwork, soughtIn } from "./sought";
import { sessionsSeen } from "./volume";
import { sessionOf } from "./wire";

/** So many sessions are sorted by what no index knows the order of. */
const mostSorted = 20_000;

/**
 * Sessions seen in the range, one for each pool that a session was in; the
 * worst first: those with most unexplained bounces and losses, then those with
 * most bounces, then the latest. Counts are of the whole session, also where it
 * reaches beyond the range. Where more than 20,000 sessions were seen, those of
 * less than 100 requests stand behind the others by time when sorted by
 * requests. A page may be shorter than asked for and yet have a next one: where
 * few match, each looks through 5,000 sessions, or the requests of 1,000.
 * @throws {Problem} 400 for a range, cursor or address that is not understood.
 */
export async function sessions(
  db: Queryable,
  query: z.output<typeof sessionsQuery>,
  now: number,
): Promise<{ items: SessionRow[]; nextCursor: string | null }> {
  const range = rangeOf(query, now);
  const after = readCursor(query.cursor, sessionCursor);
  const names = await Names.read(db);
  const pools = names.poolIds(query.pool);
  const many = query.sort === "requests" && (await sessionsSeen(db, pools, range))[0];
  const isLong = many && many.sessions > mostSorted;
  const asked = {
    pools,
    ...range,
    cause: query.cause ?? null,
    nodes: query.node === undefined ? null : names.idsNamed(pools, query.node),
    client: query.client === undefined ? null : addressOf(query.client),
    lost: query.lost ?? false,
    pingPong: query.pingPong ?? false,
    bounced: query.bounced ?? false,
    lb: names.lbId(query.lb),
    ...soughtIn(names, pools, query.q),
    afterFirst: after?.[0] ?? null,
    afterSecond: after?.[1] ?? null,
    afterAt: after?.[2] ?? null,
    afterSession: after?.[3] ?? null,
    afterPool: after?.[4] ?? null,
    limit: query.limit + 1,
  };
  const { rows, reached } = await sessionsPage(db, query.sort, asked, isLong === true);
  const page = pageOf(rows, query.limit, keyOf);
  const journeys = await journeysOf(db, names, page.rows);
  return {
    items: page.rows.map((row, place): SessionRow => {
      const { journey = [], lastBounce = null } = journeys[place] ?? {};
      return { ...sessionOf(names, row), journey, lastBounce: isoOrNull(lastBounce) };
    }),
    nextCursor: page.nextCursor ?? (reached && writeCursor(keyOf(reached))),
  };
}

function keyOf(row: SessionKey): (string | number)[] {
  return [row.first, row.second, row.last_seen, row.session, row.pool];
}

function addressOf(text: string): string {
  const address = text.trim();
  if (isNetwork(address)) return address;
  throw new Problem(400, "Address not understood", "client: give an IP address or a network", {
    errors: [{ path: "client", message: "give an IP address or a network" }],
  });
}

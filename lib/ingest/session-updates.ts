import type { PoolClient } from "pg";
import type { EventFact } from "@/lib/correlate/facts";
import type { Placement } from "@/lib/correlate/placement";
import type { Dictionary } from "@/lib/store/write/dictionary";
import { SessionGains } from "@/lib/store/write/session-gains";
import { countedApart, countSessions } from "@/lib/store/write/session-spans";
import {
  addToSessions,
  addUnseen,
  dropUnseen,
  hasUnseen,
  markSpokenOf,
  markUnsettled,
  recountSessions,
  unseenOf,
} from "@/lib/store/write/sessions";

/** What a transaction means for the sessions. */
export interface SessionChanges {
  gains: SessionGains;
  placement: Pick<Placement, "moves" | "copies" | "drops">;
  /** Events that are new. */
  events: readonly EventFact[];
  dictionary: Dictionary;
}

/** Brings the sessions' rows up to date and marks those to be judged; answers how many. The caller holds the sessions' lock. */
export async function updateSessions(client: PoolClient, changes: SessionChanges): Promise<number> {
  const { gains, placement, events } = changes;
  const rehomed = new Set<string>();
  for (const move of placement.moves) {
    rehomed.add(move.to);
    // A request that was nobody's had a session of its own, named by its id, of which nothing is kept.
    if (move.session !== move.id) rehomed.add(move.session);
  }
  for (const copy of placement.copies) rehomed.add(copy.to);
  for (const drop of placement.drops) rehomed.add(drop.session);
  const spoken = [...new Set(events.map((event) => event.session))];
  const unseen =
    gains.size > 0 && (await hasUnseen(client)) ? await unseenOf(client, gains.sessions()) : [];
  const shared = await countedApart(client, gains);
  // Whatever becomes of these, they are counted as they were and as they are; the rest as they grow.
  const apart = new Set([
    ...rehomed,
    ...spoken,
    ...unseen,
    ...(shared === "all" ? gains.sessions() : shared),
  ]);
  const counted = [...apart].sort();
  await countSessions(client, counted, -1);
  const known = unseen.length > 0 ? await dropUnseen(client, unseen) : [];
  const [own, others] = parted(gains, apart);
  const states = [
    ...(await addToSessions(client, own, false)),
    ...(await addToSessions(client, others, true)),
  ];
  await recountSessions(client, [...rehomed].sort());
  await addUnseen(
    client,
    events.map((event) => ({
      session: event.session,
      pool: changes.dictionary.pool(event.pool),
      at: event.at,
      demo: event.demo,
    })),
  );
  await countSessions(client, counted, 1);

  const marks = new Map<string, { session: string; pool: number }>();
  const mark = (session: string, pool: number) =>
    marks.set(`${session}\0${pool}`, { session, pool });
  for (const state of states) mark(state.session, state.pool);
  for (const session of [...rehomed, ...known]) mark(session, 0);
  for (const event of events) if (event.type === "session.missing") mark(event.session, 0);
  await markUnsettled(client, [...marks.values()]);
  return marks.size + (await markSpokenOf(client, spoken));
}

/** The gains of some sessions, and those of the others. */
function parted(gains: SessionGains, sessions: ReadonlySet<string>): [SessionGains, SessionGains] {
  const parts: [SessionGains, SessionGains] = [new SessionGains(), new SessionGains()];
  if (sessions.size === 0) return [parts[0], gains];
  for (const gain of gains.list()) parts[sessions.has(gain.session) ? 0 : 1].addGain(gain);
  return parts;
}

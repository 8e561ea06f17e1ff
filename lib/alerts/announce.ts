import { isSilenced, unsaid, type Word } from "@/lib/domain/alerts/announcements";
import { quietUntil } from "@/lib/domain/alerts/quiet-hours";
import { type AlertLabels, takes } from "@/lib/domain/alerts/routing";
import type { Alert } from "@/lib/schemas/alert";
import type { AlertContent } from "@/lib/schemas/alerts";
import { json } from "@/lib/store/alerts/rows";
import type { ReadyChannel } from "./channels/registry";
import { type First, payloadSchema } from "./payload";
import { alertOf, effective, type StoredAlert } from "./stored";
import type { Desk } from "./write";

function dateOf(at: number | null): Date | null {
  return at === null ? null : new Date(at);
}

/** Puts what the channels have not heard into the outbox. Answers whether there was anything. */
export async function announce(desk: Desk, alert: StoredAlert): Promise<boolean> {
  const { now } = desk;
  const silenced = isSilenced(alert, effective(desk.silences), now);
  const words = unsaid(alert, silenced, now);
  const last = words.at(-1);
  if (last === undefined) {
    // What ended unheard (under a silence, or long ago) is not told later either.
    if (alert.state === "resolved" && alert.announced !== "resolved")
      await desk.rows.alert.update({ where: { id: alert.id }, data: { announced: "resolved" } });
    if (alert.state !== "firing" || silenced || alert.announced !== "firing") return false;
    // Who was not concerned when it began may be now: it became critical, or its place is known.
    const told = await toldOf(desk, alert);
    const late = matching(desk, alert).filter(({ name }) => !told.channels.has(name));
    return await enter(desk, alert, [{ word: "firing", channels: late }], told);
  }
  const foundOver = words.length > 1;
  const told = await toldOf(desk, alert);
  const data = words.map((word) => ({
    word,
    channels: (word === "firing" || foundOver
      ? matching(desk, alert)
      : // Who heard that it fires hears the rest, whatever is known of it by now.
        desk.channels.filter(({ enabled, name }) => enabled && told.channels.has(name))
    ).filter((channel) => channel.hears(word, foundOver)),
  }));
  const said = await enter(desk, alert, data, told);
  await desk.rows.alert.update({ where: { id: alert.id }, data: { announced: last } });
  return said;
}

/** The channels that an alert is for. */
function matching(desk: Desk, alert: StoredAlert): ReadyChannel[] {
  const labels = labelsOf(alert);
  return desk.channels.filter(
    ({ enabled, name, severities, route }) =>
      enabled &&
      (alert.channels === null || alert.channels.includes(name)) &&
      (severities === null || severities.includes(alert.severity)) &&
      takes(route, labels),
  );
}

interface Told {
  /** With what each was told when it began. */
  channels: Map<string, First>;
  turn: number;
}

/** Which channels were told since it was last over, and the number of the last word. */
async function toldOf(desk: Desk, alert: StoredAlert): Promise<Told> {
  const rows = await desk.rows.alertNotification.findMany({
    where: { alertId: alert.id },
    select: { channel: true, word: true, turn: true, payload: true },
    orderBy: { turn: "asc" },
  });
  const channels = new Map<string, First>();
  for (const { channel, word, payload } of rows)
    if (word === "resolved") channels.delete(channel);
    else if (!channels.has(channel))
      channels.set(channel, payloadSchema.safeParse(payload).data?.alert ?? null);
  return { channels, turn: rows.at(-1)?.turn ?? 0 };
}

async function enter(
  desk: Desk,
  alert: StoredAlert,
  words: readonly { word: Word; channels: readonly ReadyChannel[] }[],
  before: Told,
): Promise<boolean> {
  const { now } = desk;
  const told = alertOf(alert, desk.silences, now);
  const data = words.flatMap(({ word, channels }, index) =>
    channels.map((channel) => {
      const held = heldUntil(channel, alert, word, now);
      return {
        alertId: alert.id,
        channel: channel.name,
        word,
        turn: before.turn + index + 1,
        nextAt: new Date(held ?? now),
        heldUntil: dateOf(held),
        createdAt: new Date(now),
        payload: json({
          ...payloadOf(told, alert.content, word, now),
          first: before.channels.get(channel.name) ?? null,
        }),
      };
    }),
  );
  if (data.length > 0) await desk.rows.alertNotification.createMany({ data });
  return data.length > 0;
}

/** The words by which channels choose among alerts. */
export function labelsOf(alert: StoredAlert): AlertLabels {
  const [thing = "", name = ""] = alert.subject.split(/:(.*)/s);
  const involved = (places: AlertContent["nodes"] = []) =>
    places.filter((place) => place.involved).map((place) => place.name);
  return {
    pool: alert.pool === null ? [] : [alert.pool],
    cause: alert.row.cause === null ? [] : [alert.row.cause],
    class: [thing],
    balancer: involved(alert.content?.lbs),
    node: thing === "clock-offset" ? [name] : involved(alert.content?.nodes),
    rule: alert.ruleIds,
    source: thing === "silent" || thing === "rejects" ? [name] : [],
  };
}

function heldUntil(
  { quietHours, keepsIncidents }: ReadyChannel,
  alert: StoredAlert,
  word: Word,
  now: number,
): number | null {
  if (quietHours === null || (quietHours.criticalPasses && alert.severity === "critical"))
    return null;
  // What closes an incident wakes nobody.
  if (keepsIncidents && word !== "firing") return null;
  return quietUntil(quietHours, now);
}

function payloadOf(alert: Alert, content: AlertContent | null, word: Word, now: number) {
  // A word that waited behind others still says what it was about.
  const state = word === "firing" && alert.state === "resolved" ? "firing" : alert.state;
  return { at: new Date(now).toISOString(), alert: { ...alert, state }, content };
}

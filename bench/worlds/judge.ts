import type { AlertDetail } from "@/lib/schemas/alerts";
import type { World, WorldIncident } from "./world";

const withinMs = 60_000;

/** What the interface's alerts have wrong: in time, once, with cause, place and change; and none that nothing stands behind. */
export function faultsOfWorld(world: World, alerts: readonly AlertDetail[]): string[] {
  const fired = alerts.filter(({ firedAt }) => firedAt !== null);
  const spoken = new Set<AlertDetail>();
  const faults = world.incidents.flatMap((incident) => {
    const own = fired
      .filter((alert) => speaksOf(alert, incident))
      .sort((a, b) => timeOf(a.firedAt) - timeOf(b.firedAt));
    for (const alert of own) spoken.add(alert);
    const [first, ...more] = own;
    const wrong = first ? wrongIn(first, incident) : ["missed"];
    for (const alert of more) wrong.push(`told again: ${wordsOf(alert)}`);
    return wrong.length === 0
      ? []
      : [`${wrong.join("; ")}: ${plantedWords(incident)} ${first ? wordsOf(first) : ""}`];
  });
  for (const alert of fired)
    if (!spoken.has(alert)) faults.push(`nothing stands behind it: ${wordsOf(alert)}`);
  return faults;
}

const timeOf = (at: string | null) => (at === null ? 0 : Date.parse(at));

/** What is about a thing is named with it. */
function thingOf({ kind, lb, node }: WorldIncident): string | null {
  switch (kind) {
    case "silent":
    case "rejects":
      return `${kind}:${lb}`;
    case "clock-offset":
      return `clock-offset:${node}`;
    default:
      return null;
  }
}

function speaksOf(alert: AlertDetail, incident: WorldIncident): boolean {
  const thing = thingOf(incident);
  const since = Date.parse(alert.since);
  const isOfIt =
    thing === null
      ? alert.pool === incident.pool && !/^(?:silent|rejects|clock-offset):/.test(alert.subject)
      : alert.subject === thing;
  return isOfIt && since >= incident.from - withinMs && since <= incident.to + 3 * withinMs;
}

function wrongIn(alert: AlertDetail, incident: WorldIncident): string[] {
  const { kind, from, node, lb, culprit } = incident;
  const wrong: string[] = [];
  const lateMs = timeOf(alert.firedAt) - from;
  if (lateMs > withinMs) wrong.push(`${lateMs / 1000} s after its onset`);
  if (thingOf(incident) !== null) return wrong;
  const named = kind === "app-restart" ? "storage" : kind;
  if ((alert.cause ?? alert.subject) !== named) wrong.push("another cause");
  const involved = (places: readonly { name: string; involved: boolean }[] = []) =>
    places.flatMap((place) => (place.involved ? [place.name] : [])).join();
  const nodes = involved(alert.content?.nodes);
  if (node !== null && nodes !== node) wrong.push(`nodes ${nodes}`);
  const lbs = involved(alert.content?.lbs);
  if (lb !== null && lbs !== lb) wrong.push(`balancers ${lbs}`);
  const suspect = alert.content?.suspects[0]?.change.title ?? null;
  if (culprit !== null && suspect !== culprit) wrong.push(`change ${suspect}`);
  return wrong;
}

const clock = (at: string | number | null) =>
  at === null ? "-" : new Date(at).toISOString().slice(11, 19);

function plantedWords({ kind, pool, node, lb, from, to, shown, firstAt }: WorldIncident): string {
  const place = [pool, node, lb].filter((name) => name !== null).join(" ");
  const seen = firstAt === null ? "" : `, ${shown} times from ${clock(firstAt)} on`;
  return `${kind} in ${place} at ${clock(from)}–${clock(to)}${seen}`;
}

function wordsOf(alert: AlertDetail): string {
  const { pool, subject, cause, since, firedAt, resolvedAt, rules, corrected, summary } = alert;
  const by = rules.map(({ id }) => id).join("+");
  return `[${pool} ${subject} ${cause} since ${clock(since)} fired ${clock(firedAt)} ended ${clock(resolvedAt)} by ${by}${corrected ? " corrected" : ""}: ${summary}]`;
}

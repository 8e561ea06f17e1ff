import type { StoredAlert } from "@/lib/alerts/stored";
import type { Day, Planted } from "./plan";

export interface Fault {
  what: string;
  planted: Planted | null;
  alert: StoredAlert | null;
}

const withinMs = 60_000;
/** What few sessions begin takes longer to show. */
const unevenWithinMs = 5 * 60_000;
const manyPerMinute = 18;

/** What an alert is about where the planted kind is not a cause of bounces. */
function subjectFor({ kind, node, lb }: Planted): string | null {
  switch (kind) {
    case "storage":
    case "app-restart":
      return "storage";
    case "imbalance":
      return "imbalance";
    case "clock-offset":
      return `clock-offset:${node}`;
    case "silent":
      return `silent:${lb}`;
    default:
      return null;
  }
}

/** The planted incident that an alert speaks of: of its pool, and begun within its time. */
function plantedOf(day: Day, alert: StoredAlert): Planted | null {
  return (
    day.incidents.find(
      (one) =>
        (one.pool === alert.pool || (alert.pool === null && subjectFor(one) === alert.subject)) &&
        alert.since >= one.from - 30_000 &&
        alert.since <= one.to + 120_000,
    ) ?? null
  );
}

/** Whether so few sessions begin that nobody can see within a minute where they go. */
function isSlow(day: Day, { kind, pool: name }: Planted): boolean {
  const pool = day.pools.find((one) => one.name === name);
  const perMinute = pool ? (pool.sessions / pool.lifeMs) * 60_000 : 0;
  return kind === "imbalance" && perMinute < manyPerMinute;
}

/** What alerts that fired have wrong: none missed, none too many, each in time, with its cause, its place and its change. */
export function faultsOf(day: Day, alerts: readonly StoredAlert[]): Fault[] {
  const faults: Fault[] = [];
  const fired = alerts.filter(({ firedAt }) => firedAt !== null);
  const say = (what: string, planted: Planted | null, alert: StoredAlert | null) =>
    faults.push({ what, planted, alert });
  for (const alert of fired) if (plantedOf(day, alert) === null) say("false alert", null, alert);
  for (const planted of day.incidents) {
    const own = fired.filter((alert) => plantedOf(day, alert) === planted);
    const [alert] = own;
    if (!alert) {
      say("missed", planted, null);
      continue;
    }
    for (const more of own.slice(1)) say("told twice", planted, more);
    const late = (alert.firedAt ?? 0) - planted.from;
    if (late > (isSlow(day, planted) ? unevenWithinMs : withinMs))
      say(`${late / 1000} s after its onset`, planted, alert);
    const subject = subjectFor(planted);
    if (subject === null ? alert.row.cause !== planted.cause : alert.subject !== subject)
      say(`cause ${alert.row.cause ?? alert.subject}`, planted, alert);
    const { content } = alert;
    const involved = (places: { name: string; involved: boolean }[] = []) =>
      places.filter((place) => place.involved).map(({ name }) => name);
    const nodes = involved(content?.nodes);
    // What is about a thing names it.
    const isThing = subject !== null && subject !== "storage" && subject !== "imbalance";
    if (!isThing && planted.node !== null && nodes.join() !== planted.node)
      say(`nodes ${nodes}`, planted, alert);
    const lbs = involved(content?.lbs);
    if (!isThing && planted.lb !== null && lbs.join() !== planted.lb)
      say(`balancers ${lbs}`, planted, alert);
    if (planted.culprit !== null) {
      const first = content?.suspects[0];
      if (first?.change.title !== planted.culprit)
        say(`culprit ${first?.change.title ?? "none"} (${first?.likelihood})`, planted, alert);
      else if (first.word !== "likely") say(`culprit only ${first.word}`, planted, alert);
    }
  }
  return faults;
}

const clock = (at: number | null | undefined) =>
  at == null ? "-" : new Date(at).toISOString().slice(11, 19);

/** A fault in a line. */
export function faultWords({ what, planted, alert }: Fault): string {
  const thing = planted
    ? `${planted.kind} in ${planted.pool} at ${clock(planted.from)}–${clock(planted.to)}`
    : "";
  const told = alert
    ? `[alert ${alert.pool} ${alert.subject} ${alert.row.cause} since ${clock(alert.since)} fired ${clock(alert.firedAt)} ended ${clock(alert.endedAt)} by ${alert.ruleIds.join("+")}${alert.row.corrected ? " corrected" : ""}: ${alert.content?.summary}]`
    : "";
  return `${what}: ${thing} ${told}`;
}

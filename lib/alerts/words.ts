import type { Incident } from "@/lib/domain/alerts/incidents";
import { aboutCause, type Cause } from "@/lib/domain/causes";
import type { AlertContent } from "@/lib/schemas/alerts";

/** An alert's name: what happens, in a few words. */
export function titleOf(subject: string, cause: Cause | null): string {
  const [thing = "", name = ""] = subject.split(/:(.*)/s);
  switch (thing) {
    case "storage":
      return "The session store loses sessions";
    case "imbalance":
      return "Load is uneven";
    case "silent":
      return `Source ${name} is silent`;
    case "rejects":
      return `Lines of ${name} cannot be read`;
    case "clock-offset":
      return `Clock of ${name} is off`;
    default:
      return cause === null ? "Sessions are lost" : aboutCause(cause).title;
  }
}

/** The alert in a sentence or two, names and numbers first. */
export function summaryOf(
  incident: Pick<Incident, "pool" | "subject" | "rules">,
  cause: Cause | null,
  content: AlertContent,
  duration: (ms: number) => string,
): string {
  const [thing = "", name = ""] = incident.subject.split(/:(.*)/s);
  const value = incident.rules[0]?.value ?? 0;
  const peak = incident.rules.reduce((most, rule) => Math.max(most, rule.peak), 0);
  switch (thing) {
    case "silent":
      return `${name} has sent nothing for ${duration(value * 1000)}.`;
    case "rejects":
      return `Up to ${(peak * 100).toFixed(0)}% of the lines of ${name} could not be read.`;
    case "clock-offset":
      return `The app's clock on ${name} differs from the balancers' by ${duration(peak)}.`;
    case "imbalance":
      return `${involved(content.nodes).join(", ") || "A node"} got up to ${peak.toFixed(1)} times its share of the load of ${incident.pool}.${culpritOf(content, duration)}`;
  }
  const { sessions, affectedSessions, lostSessions } = content;
  const lost = lostSessions === 0 ? "none" : String(lostSessions);
  const told = `${affectedSessions} of ${sessions} sessions of ${incident.pool} affected, ${lost} lost`;
  const nodes = names(content.nodes, "nodes");
  const lbs = names(content.lbs, "balancers");
  const places = [...(nodes ? [`on ${nodes}`] : []), ...(lbs ? [`through ${lbs}`] : [])];
  return `${[told, ...places].join(", ")}${cause ? `: ${cause}` : ""}.${culpritOf(content, duration)}`;
}

/** The change that is most likely behind it, in a sentence; nothing where none is. */
function culpritOf({ suspects }: AlertContent, duration: (ms: number) => string): string {
  const [suspect] = suspects;
  if (!suspect || suspect.word === "unlikely") return "";
  const before = suspect.beforeMs > 0 ? `, ${duration(Math.round(suspect.beforeMs))} before` : "";
  return ` ${suspect.word === "likely" ? "Likely" : "Possibly"} set off by: ${suspect.change.title}${before}.`;
}

function involved(places: AlertContent["nodes"]): string[] {
  return places.filter((place) => place.involved).map(({ name }) => name);
}

/** So many places are named, the worst first. */
const mostNames = 6;

/** A place with no more than this part of what the worst has is fine. */
const finePart = 0.1;

/** The places that are concerned, by name; of several the number where it is all. The others are called fine where all are. */
function names(places: AlertContent["nodes"], what: "nodes" | "balancers"): string {
  const own = involved(places);
  const rest = places.filter((place) => !place.involved);
  if (own.length === 0) return "";
  if (rest.length === 0 && own.length > 1)
    return own.length === 2 ? `both ${what}` : `all ${own.length} ${what}`;
  const more = own.length > mostNames ? ` and ${own.length - mostNames} more` : "";
  const worst = Math.max(...places.map(({ bad }) => bad));
  const areFine = rest.length > 0 && rest.every(({ bad }) => bad <= finePart * worst);
  const others = rest.length === 1 ? "the other is" : `the other ${rest.length} are`;
  return `${own.slice(0, mostNames).join(", ")}${more}${areFine ? ` (${others} fine)` : ""}`;
}

import { type Cause, type CauseClass, classOf } from "../causes";
import type { ChangeKind, EpochMs } from "../facts";

export interface Suspect {
  at: EpochMs;
  kind: ChangeKind;
  node: string | null;
  lb: string | null;
}

/** What a change may be behind: a class of causes, the store, or load that is uneven. */
export type Judged = CauseClass | "storage" | "imbalance";

/** How well a kind of change can bring a class of causes about, 0 to 1. */
const fits: Record<Judged, Partial<Record<ChangeKind, number>>> = {
  infrastructure: {
    "node-down": 0.97,
    "node-drain": 0.95,
    "node-maintenance": 0.95,
    deploy: 0.8,
    scale: 0.7,
    config: 0.6,
    "node-up": 0.3,
    other: 0.3,
  },
  routing: {
    config: 0.96,
    deploy: 0.75,
    scale: 0.9,
    "node-up": 0.5,
    "node-down": 0.5,
    "node-drain": 0.4,
    "node-maintenance": 0.4,
    other: 0.4,
  },
  client: { deploy: 0.75, config: 0.5, other: 0.3 },
  unknown: {
    deploy: 0.6,
    config: 0.6,
    scale: 0.5,
    "node-down": 0.5,
    "node-drain": 0.4,
    "node-maintenance": 0.4,
    other: 0.3,
  },
  storage: { deploy: 0.6, config: 0.5, "node-down": 0.4, other: 0.6 },
  imbalance: {
    config: 0.96,
    scale: 0.9,
    deploy: 0.75,
    "node-up": 0.6,
    "node-down": 0.6,
    "node-drain": 0.6,
    "node-maintenance": 0.6,
    other: 0.4,
  },
};

/** Causes of which more is known than their class says: who sets the cookie, what a page does, what moves a hash. */
const ofCause: Partial<Record<Cause, Partial<Record<ChangeKind, number>>>> = {
  "pool-change": {
    scale: 0.97,
    "node-up": 0.95,
    "node-down": 0.95,
    "node-drain": 0.95,
    "node-maintenance": 0.95,
    config: 0.8,
  },
  "cookie-not-set": { config: 0.96, deploy: 0.85 },
  "cookie-expired": { config: 0.96, deploy: 0.7 },
  "cookie-not-sent": { deploy: 0.92, config: 0.85 },
  "websocket-upgrade": { deploy: 0.92, config: 0.92 },
  "concurrent-start": { deploy: 0.92, config: 0.5 },
  "client-ip-change": { config: 0.7, deploy: 0.5, other: 0.5 },
  retry: { deploy: 0.9, config: 0.75 },
};

/** How well a kind of change can bring a cause about, 0 to 1. */
export function fitOf(cause: Cause | null, subject: Judged, kind: ChangeKind): number {
  return (cause && ofCause[cause]?.[kind]) ?? fits[subject][kind] ?? 0;
}

/** A change this long before the onset is half as likely behind it. */
const halfLifeMs = 4 * 60_000;
const longestMs = 30 * 60_000;
/** Logs carry whole seconds, and a health check notices after the first requests failed. */
const afterMs = 15_000;
/** What a change sets off needs no excuse for coming so soon. */
const atOnceMs = 30_000;
const dayMs = 24 * 3_600_000;
/** A state that follows somebody's deed is its symptom. */
const symptom = 0.5;

/** What nobody does, but a balancer sees. */
function isState(kind: ChangeKind): boolean {
  return kind === "node-down" || kind === "node-up";
}

/** How likely a change is behind an incident, and why, each part 0 to 1. */
export interface Likelihood {
  value: number;
  /** How well its kind can bring the cause about. */
  fits: number;
  /** How soon after it the incident began. */
  near: number;
  /** How often a pool with so many changes has one so shortly before by chance. */
  byChance: number;
  /** It names another node or balancer than those concerned. */
  elsewhere: boolean;
  /** Somebody's change came shortly before it, which may be behind both. */
  follows: boolean;
}

/**
 * How likely each change is behind what began at `onset`: its kind can bring
 * the cause about, it came shortly before, not by chance, and it touches where
 * the trouble is. A node that went down is what users felt; where somebody
 * changed something just before, that comes first.
 *
 * @param perDay how many changes the pool had in the day before; states of nodes do not count.
 */
export function likelihoods<S extends Suspect>(
  suspects: readonly S[],
  about: {
    onset: EpochMs;
    /** When it was too much; what seemed its first effect before may have been what is usual. */
    crossedAt?: EpochMs;
    cause: Cause | null;
    subject: Judged;
    where: { nodes: ReadonlySet<string>; lbs: ReadonlySet<string> };
    perDay: number;
  },
): { suspect: S; likelihood: Likelihood }[] {
  const { onset, crossedAt = onset, cause, subject, where, perDay } = about;
  const found = suspects.map((suspect) => {
    const before = Math.max(onset, Math.min(suspect.at, crossedAt)) - suspect.at;
    const inTime = before <= longestMs && before >= -afterMs;
    const kind = fitOf(cause, subject, suspect.kind);
    const near = inTime ? 0.5 ** (Math.max(0, before - atOnceMs) / halfLifeMs) : 0;
    const elsewhere =
      (suspect.node !== null && !where.nodes.has(suspect.node)) ||
      (suspect.lb !== null && !where.lbs.has(suspect.lb));
    // It is one of them itself.
    const others = Math.max(0, perDay - 1) + 0.5;
    const span = Math.max(before, atOnceMs) + afterMs;
    const byChance = isState(suspect.kind) ? 0 : 1 - Math.exp((-others * span) / dayMs);
    const value = kind * near * (1 - byChance) * (elsewhere ? 0.35 : 1);
    return {
      suspect,
      likelihood: { value, fits: kind, near, byChance, elsewhere, follows: false },
    };
  });
  const deed = found
    .filter(({ suspect, likelihood: { value } }) => !isState(suspect.kind) && value >= possibleFrom)
    .sort((a, b) => b.likelihood.value - a.likelihood.value)[0];
  return found.map(({ suspect, likelihood }) => {
    const follows =
      deed !== undefined && isState(suspect.kind) && suspect.at >= deed.suspect.at - afterMs;
    return {
      suspect,
      likelihood: follows
        ? {
            ...likelihood,
            follows,
            value: Math.min(likelihood.value, deed.likelihood.value) * symptom,
          }
        : likelihood,
    };
  });
}

/** How likely one change is behind it, with no other beside it. */
export function likelihood(
  suspect: Suspect,
  onset: EpochMs,
  cause: Cause | null,
  subject: Judged,
  where: { nodes: ReadonlySet<string>; lbs: ReadonlySet<string> },
): number {
  const [found] = likelihoods([suspect], { onset, cause, subject, where, perDay: 1 });
  return found?.likelihood.value ?? 0;
}

/** What speaks for and against a change, in a sentence. */
export function likelihoodReason(found: Likelihood): string {
  const parts = [
    found.fits >= 0.7
      ? "its kind often brings this about"
      : found.fits > 0
        ? "its kind seldom brings this about"
        : "its kind does not bring this about",
  ];
  if (found.near < 0.5) parts.push("it came long before");
  if (found.byChance >= 0.05)
    parts.push(
      `${Math.round(found.byChance * 100)} % of times have one so shortly before by chance`,
    );
  if (found.elsewhere) parts.push("it names another place");
  if (found.follows) parts.push("it followed another change, which may be behind both");
  return parts.join("; ");
}

const likelyFrom = 0.6;
const possibleFrom = 0.3;

/** `likely` from 0.6, `possible` from 0.3. */
export function likelihoodWord(value: number): "likely" | "possible" | "unlikely" {
  if (value >= likelyFrom) return "likely";
  return value >= possibleFrom ? "possible" : "unlikely";
}

/** The class under which a cause or the store is judged. */
export function judgedAs(cause: Cause | null, subject: string): Judged {
  if (subject === "storage" || subject === "imbalance") return subject;
  return cause === null ? "unknown" : classOf(cause);
}

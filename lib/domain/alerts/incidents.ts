import { createHash } from "node:crypto";
import type { Cause } from "../causes";
import type { EpochMs } from "../facts";
import type { Finding } from "./measures";
import type { Severity } from "./rule";

/** What several rules found of one thing in one pool: one incident, one alert. */
export interface Incident {
  pool: string | null;
  /** The class of its main cause, the store, or a thing such as `silent:edge-1`. */
  subject: string;
  /** The cause of most of its bounces; null: it is not about bounces, or its causes are many. */
  cause: Cause | null;
  /** All causes that it is made of; empty: those of its class. */
  causes: Cause[];
  /** The nodes that it is about, where its bounces and losses do not tell. */
  nodes: string[];
  fingerprint: string;
  since: EpochMs;
  firedAt: EpochMs | null;
  endedAt: EpochMs | null;
  severity: Severity;
  /** The rules that it crossed, the gravest first. */
  rules: { id: string; name: string; value: number; peak: number }[];
  channels: string[] | null;
}

/** Episodes of one cause nearer to each other than this are one incident. */
export const gapMs = 10 * 60_000;
/** …of uneven load, which comes and goes slowly, with the sessions that it brought. */
const unevenGapMs = 30 * 60_000;
/** …of causes that are kin. */
const kinGapMs = 2 * 60_000;

/** @param about the cause, or where there is none the subject. */
export function fingerprintOf(pool: string | null, about: string): string {
  return createHash("sha256")
    .update(`${pool ?? ""}\u0000${about}`)
    .digest("hex")
    .slice(0, 16);
}

interface Span {
  since: EpochMs;
  endedAt: EpochMs | null;
}

/** How near to each other episodes of one thing are one incident. */
export function gapOf(subject: string): number {
  return subject === "imbalance" ? unevenGapMs : gapMs;
}

/** Whether two times meet, or nearly. */
export function meet(a: Span, b: Span, gap = gapMs): boolean {
  const open = Number.POSITIVE_INFINITY;
  return a.since <= (b.endedAt ?? open) + gap && b.since <= (a.endedAt ?? open) + gap;
}

/** Causes that one trouble brings about together, or that are easily taken for one another. */
const kin: readonly ReadonlySet<Cause>[] = [
  new Set(["failover", "health-flap", "retry", "drain"]),
  new Set(["no-affinity", "cookie-not-set", "cookie-invalid", "lb-disagreement", "pool-change"]),
];
/** What has no proved cause so soon after a trouble is what it left behind. */
const aftermathMs = 5 * 60_000;
/** What begins within this time of each other began for one reason. */
export const togetherMs = 90_000;
/** What is at most this part of another trouble of its class, or of any, is a part of it. */
const minorPart = 0.35;
const minorPartOfAny = 0.2;

/**
 * Incidents of one pool out of what its rules found: one for each cause. Where
 * the bounces of one trouble carry several causes, these are one incident: they
 * begin together, or are kin, or one is a small part of the other. What has no
 * proved cause joins whatever else goes on in the pool at that time.
 */
export function incidentsOf(pool: string | null, findings: readonly Finding[]): Incident[] {
  const budgets = findings.filter(isBudget);
  const groups = merged(groupsOf(withoutSymptoms(findings.filter((found) => !isBudget(found)))));
  return [...groups, ...joined(groups, budgets)].map((group) => incident(pool, group));
}

/** Load that is uneven since a trouble of the nodes or the balancers, or just before it shows, is what that does to it. */
function withoutSymptoms(findings: readonly Finding[]): Finding[] {
  const troubles = findings.filter(
    ({ subject, episode }) =>
      isAboutSessions(subject) && subject !== "client" && episode.firedAt !== null,
  );
  return findings.filter(
    ({ subject, episode: { since } }) =>
      subject !== "imbalance" ||
      troubles.every(
        ({ episode }) =>
          since < episode.since - togetherMs ||
          since > (episode.endedAt ?? Number.POSITIVE_INFINITY) + aftermathMs,
      ),
  );
}

interface Group {
  subject: string;
  cause: Cause | null;
  causes: Set<Cause>;
  span: Span;
  /** The highest of its measures. */
  weight: number;
  findings: Finding[];
  /** Findings that say more of it, and neither begin nor end it. */
  also: Finding[];
}

function groupOf(finding: Finding): Group {
  const { subject, cause, episode } = finding;
  return {
    subject,
    cause,
    causes: new Set(cause === null ? [] : [cause]),
    span: { since: episode.since, endedAt: episode.endedAt },
    weight: episode.peak,
    findings: [finding],
    also: [],
  };
}

/** Findings of one cause that meet; those of a whole class go with its causes, where these were found too. */
function groupsOf(findings: readonly Finding[]): Group[] {
  const sorted = [...findings].sort(
    (a, b) =>
      Number(a.cause === null) - Number(b.cause === null) ||
      a.episode.since - b.episode.since ||
      (a.rule.id < b.rule.id ? -1 : 1),
  );
  const groups: Group[] = [];
  for (const finding of sorted) {
    const { subject, cause, episode } = finding;
    const own = groups.filter(
      (group) =>
        group.subject === subject &&
        group.cause === cause &&
        meet(group.span, episode, sharesNode(group, finding) ? gapOf(subject) : gapMs),
    );
    const home = own[0];
    if (home) {
      home.findings.push(finding);
      home.span = union(home.span, episode);
      home.weight = Math.max(home.weight, episode.peak);
      continue;
    }
    const parts =
      cause === null
        ? groups.filter((group) => group.subject === subject && meet(group.span, episode, 0))
        : [];
    for (const part of parts) part.also.push(finding);
    if (parts.length === 0) groups.push(groupOf(finding));
  }
  return groups;
}

function sharesNode(group: Group, { nodes = [] }: Finding): boolean {
  return group.findings.some((other) => other.nodes?.some((node) => nodes.includes(node)));
}

/** Groups that are one trouble, put together; the heaviest gives its name. */
function merged(groups: readonly Group[]): Group[] {
  const kept: Group[] = [];
  const sorted = [...groups].sort(
    (a, b) =>
      rankOf(a.subject) - rankOf(b.subject) ||
      b.weight - a.weight ||
      a.span.since - b.span.since ||
      ((a.cause ?? a.subject) < (b.cause ?? b.subject) ? -1 : 1),
  );
  for (const group of sorted) {
    const home = kept.find((other) => isPartOf(group, other));
    if (!home) {
      kept.push(group);
      continue;
    }
    home.also.push(...group.also);
    if (group.subject === "unknown" && !meet(home.span, group.span, 0)) {
      // What it left behind does not keep it going.
      home.also.push(...group.findings);
      continue;
    }
    home.findings.push(...group.findings);
    home.span = union(home.span, group.span);
    for (const cause of group.causes) home.causes.add(cause);
  }
  return kept;
}

function isPartOf(group: Group, other: Group): boolean {
  if (!causeSubjects.has(other.subject)) return false;
  if (group.subject === "unknown") {
    const follows = group.span.since >= other.span.since;
    return meet(other.span, group.span, follows ? aftermathMs : 0);
  }
  if (!causeSubjects.has(group.subject)) return false;
  if (group.subject === other.subject) {
    if (group.cause === other.cause) return meet(other.span, group.span);
    if (areKin(group.cause, other.cause)) return meet(other.span, group.span, kinGapMs);
    if (group.weight <= minorPart * other.weight && meet(other.span, group.span, 0)) return true;
  }
  if (!meet(other.span, group.span, 0)) return false;
  if (Math.abs(group.span.since - other.span.since) <= togetherMs) return true;
  // What a trouble brings about beside itself begins after it, and is little.
  return group.span.since >= other.span.since && group.weight <= minorPartOfAny * other.weight;
}

function areKin(a: Cause | null, b: Cause | null): boolean {
  return a !== null && b !== null && kin.some((some) => some.has(a) && some.has(b));
}

/**
 * Budgets burn because of what happened in their windows: they are named with
 * that, and are an incident of their own only where nothing else was found.
 */
function joined(groups: readonly Group[], budgets: readonly Finding[]): Group[] {
  const own: Group[] = [];
  for (const finding of budgets) {
    const { rule, subject, episode } = finding;
    const longest =
      rule.condition.kind === "continuity"
        ? Math.max(...rule.condition.windows.map(({ longMinutes }) => longMinutes)) * 60_000
        : 0;
    const reach = { since: episode.since - longest, endedAt: episode.endedAt };
    const behind = groups.filter(
      (group) => causeSubjects.has(group.subject) && meet(group.span, reach, 0),
    );
    for (const group of behind) if (meet(group.span, episode, 0)) group.also.push(finding);
    if (behind.length > 0) continue;
    const home = own.find((group) => group.subject === subject && meet(group.span, episode));
    if (home) {
      home.findings.push(finding);
      home.span = union(home.span, episode);
    } else own.push(groupOf(finding));
  }
  return own;
}

function isBudget({ rule }: Finding): boolean {
  return rule.condition.kind === "continuity";
}

const causeSubjects = new Set(["infrastructure", "routing", "client", "storage"]);

/** Whether a subject is a class of causes, or the store: about sessions, not about a thing. */
export function isAboutSessions(subject: string): boolean {
  return causeSubjects.has(subject) || subject === "unknown";
}

function rankOf(subject: string): number {
  return subject === "unknown" ? 1 : 0;
}

function union(a: Span, b: Span): Span {
  return {
    since: Math.min(a.since, b.since),
    endedAt: a.endedAt === null || b.endedAt === null ? null : Math.max(a.endedAt, b.endedAt),
  };
}

function incident(pool: string | null, group: Group): Incident {
  const { subject, cause, causes, findings: all, also } = group;
  // What only waits to be long enough says nothing of an incident that fired.
  const fired = all.filter(({ episode }) => episode.firedAt !== null);
  const own = fired.length > 0 ? fired : all;
  const span = own.reduce<Span>((sum, { episode }) => union(sum, episode), {
    since: own[0]?.episode.since ?? 0,
    endedAt: own[0]?.episode.endedAt ?? null,
  });
  const firedAt = fired.reduce<number | null>(
    (least, { episode }) =>
      episode.firedAt === null ? least : Math.min(least ?? episode.firedAt, episode.firedAt),
    null,
  );
  const rules = new Map<string, Incident["rules"][number] & { severity: Severity }>();
  const speaking = [...own, ...also.filter(({ episode }) => episode.firedAt !== null)];
  for (const { rule, episode } of speaking) {
    const known = rules.get(rule.id);
    rules.set(rule.id, {
      id: rule.id,
      name: rule.name,
      severity: rule.severity,
      value: episode.endedAt === null ? episode.last : (known?.value ?? episode.last),
      peak: Math.max(known?.peak ?? 0, episode.peak),
    });
  }
  const ranked = [...rules.values()].sort(
    (a, b) => Number(b.severity === "critical") - Number(a.severity === "critical"),
  );
  const channels = speaking.map(({ rule }) => rule.channels);
  return {
    pool,
    subject,
    cause,
    causes: [...causes].sort(),
    nodes: [...new Set(own.flatMap(({ nodes }) => nodes ?? []))].sort(),
    fingerprint: fingerprintOf(pool, cause ?? subject),
    ...span,
    firedAt,
    severity: ranked.some(({ severity }) => severity === "critical") ? "critical" : "warning",
    rules: ranked.map(({ id, name, value, peak }) => ({ id, name, value, peak })),
    channels: channels.includes(null)
      ? null
      : [...new Set(channels.flatMap((names) => names ?? []))],
  };
}

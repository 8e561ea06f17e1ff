import { createHash } from "node:crypto";
import type { EpochMs } from "../facts";
import type { Finding } from "./measures";
import type { Severity } from "./rule";

/** What several rules found of one thing in one pool: one incident, one alert. */
export interface Incident {
  pool: string | null;
  subject: string;
  fingerprint: string;
  since: EpochMs;
  firedAt: EpochMs | null;
  endedAt: EpochMs | null;
  severity: Severity;
  /** The rules that it crossed, the gravest first. */
  rules: { id: string; name: string; value: number; peak: number }[];
  channels: string[] | null;
}

/** Episodes nearer to each other than this are one incident. */
export const gapMs = 5 * 60_000;

export function fingerprintOf(pool: string | null, subject: string): string {
  return createHash("sha256")
    .update(`${pool ?? ""}\u0000${subject}`)
    .digest("hex")
    .slice(0, 16);
}

interface Span {
  since: EpochMs;
  endedAt: EpochMs | null;
}

/** Whether two times meet, or nearly. */
export function meet(a: Span, b: Span, gap = gapMs): boolean {
  const open = Number.POSITIVE_INFINITY;
  return a.since <= (b.endedAt ?? open) + gap && b.since <= (a.endedAt ?? open) + gap;
}

/**
 * Incidents of one pool out of what its rules found. Findings of one subject
 * that meet are one; those without a proved cause join whatever else goes on
 * in the pool at that time.
 */
export function incidentsOf(pool: string | null, findings: readonly Finding[]): Incident[] {
  const budgets = findings.filter(isBudget);
  const sorted = findings
    .filter((finding) => !isBudget(finding))
    .sort(
      (a, b) =>
        rankOf(a.subject) - rankOf(b.subject) ||
        a.episode.since - b.episode.since ||
        (a.rule.id < b.rule.id ? -1 : 1),
    );
  const groups: Group[] = [];
  for (const finding of sorted) {
    const { subject, episode } = finding;
    const home = groups.find(
      (group) =>
        (group.subject === subject ||
          (subject === "unknown" && causeSubjects.has(group.subject))) &&
        meet(group.span, episode, subject === group.subject ? gapMs : 0),
    );
    if (home) {
      home.findings.push(finding);
      home.span = union(home.span, episode);
    } else groups.push({ subject, span: { ...episode }, findings: [finding], also: [] });
  }
  return [...groups, ...joined(groups, budgets)].map((group) => incident(pool, group));
}

interface Group {
  subject: string;
  span: Span;
  findings: Finding[];
  /** Findings that say more of it, and neither begin nor end it. */
  also: Finding[];
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
    } else own.push({ subject, span: { ...episode }, findings: [finding], also: [] });
  }
  return own;
}

function isBudget({ rule }: Finding): boolean {
  return rule.condition.kind === "continuity";
}

const causeSubjects = new Set(["infrastructure", "routing", "client", "storage"]);

function rankOf(subject: string): number {
  return subject === "unknown" ? 1 : 0;
}

function union(a: Span, b: Span): Span {
  return {
    since: Math.min(a.since, b.since),
    endedAt: a.endedAt === null || b.endedAt === null ? null : Math.max(a.endedAt, b.endedAt),
  };
}

function incident(pool: string | null, { subject, findings: all, also }: Group): Incident {
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
    fingerprint: fingerprintOf(pool, subject),
    ...span,
    firedAt,
    severity: ranked.some(({ severity }) => severity === "critical") ? "critical" : "warning",
    rules: ranked.map(({ id, name, value, peak }) => ({ id, name, value, peak })),
    channels: channels.includes(null)
      ? null
      : [...new Set(channels.flatMap((names) => names ?? []))],
  };
}

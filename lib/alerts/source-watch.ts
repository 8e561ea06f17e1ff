import { minuteMs, stepMs } from "@/lib/domain/alerts/grid";
import { type Incident, incidentsOf } from "@/lib/domain/alerts/incidents";
import { type Finding, inScope } from "@/lib/domain/alerts/measures";
import type { SourceStepCount } from "@/lib/domain/alerts/pool-facts";
import type { Rule } from "@/lib/domain/alerts/rule";
import {
  type Others,
  pauseEpisodes,
  rejectEpisodes,
  usualOfSourceMs,
} from "@/lib/domain/alerts/source-course";
import { silentEpisode } from "@/lib/domain/alerts/source-measures";
import { deliveryCounts } from "@/lib/store/alerts/delivery-counts";
import { linesSince } from "@/lib/store/alerts/lines-since";
import { sourceSteps } from "@/lib/store/alerts/source-steps";
import type { Queryable } from "@/lib/store/query";
import type { LookedAt } from "./look";

/** Sources are looked at no more often than this, by our own clock: what they did is told in log time. */
const everyMs = 9_000;
/** Lines that are older than this when they come are sent anew: nobody waits for the next. */
const liveMs = 60 * minuteMs;
/** What came late is looked at again if it is no older than this before the source's end. */
const againMs = 30 * minuteMs;
/** A source is looked at from so long before what is to be told of it. */
const backMs = usualOfSourceMs + againMs;
/** At a start so much is looked at again; of a source that came since, all. */
const atStartMs = 6 * 60 * minuteMs;
const longestMs = 8 * 24 * 60 * minuteMs;

const kinds: ReadonlySet<string> = new Set(["silent", "rejects"]);

/** Looks whether sources are silent, and whether their lines can be read. */
export class SourceWatch {
  private lookedAt = Number.NEGATIVE_INFINITY;
  /** How far each source was looked at, in log time. */
  private readonly done = new Map<string, number>();
  /** What went on when it was looked at last, by subject, and since when. */
  private open: readonly Incident[] = [];

  /** @param startedAt since when somebody was there to hear, by our own clock. */
  constructor(private readonly startedAt: number) {}

  async look(db: Queryable, rules: readonly Rule[], now: number): Promise<LookedAt[]> {
    const own = rules.filter(({ condition }) => kinds.has(condition.kind));
    if (now - this.lookedAt < everyMs) return [];
    const isFirst = this.lookedAt === Number.NEGATIVE_INFINITY;
    this.lookedAt = now;
    const findings =
      own.length === 0
        ? []
        : [
            ...(await this.inLogTime(db, own, isFirst)),
            ...(await this.byOurClock(
              db,
              own.filter(({ condition }) => condition.kind === "silent"),
              now,
            )),
          ];
    const found = incidentsOf(null, findings);
    this.open = found.filter(({ endedAt }) => endedAt === null);
    return [
      {
        pool: null,
        speaksOf: (subject) => /^(?:silent|rejects):/.test(subject),
        found,
        looked: {
          reliableFrom: Number.NEGATIVE_INFINITY,
          clock:
            this.done.size === 0 ? now : Math.min(now, Math.max(...this.done.values()) + stepMs),
          ruleIds: new Set(own.map(({ id }) => id)),
          withoutPast: true,
        },
      },
    ];
  }

  /** By the time that stands in the lines: what happened in a day that came within minutes, or late. */
  private async inLogTime(
    db: Queryable,
    rules: readonly Rule[],
    isFirst: boolean,
  ): Promise<Finding[]> {
    const known = [...this.done].map(([source, at]) => {
      const open = this.open.filter(({ subject }) => subject.endsWith(`:${source}`));
      return { source, from: Math.min(at, ...open.map(({ since }) => since)) - backMs };
    });
    const rows = await sourceSteps(db, {
      sources: known.map(({ source }) => source),
      froms: known.map(({ from }) => from),
      least: (isFirst ? atStartMs : longestMs) / 1000,
    });
    const courses = new Map<string, SourceStepCount[]>();
    for (const { source, ...row } of rows) {
      const own = courses.get(source) ?? [];
      own.push({
        at: row.at,
        lines: row.lines,
        rejected: row.rejected,
        firstAt: row.first_at,
        lastAt: row.last_at,
        othersAt: row.others_at,
        othersBy: row.others_by,
        behindBy: row.behind_by,
      });
      courses.set(source, own);
    }
    const findings: Finding[] = [];
    for (const [source, steps] of courses) {
      const first = steps[0]?.at ?? 0;
      const last = steps.at(-1)?.at ?? 0;
      // Of what is read again the first hour only tells what is usual.
      const asked = known.find((one) => one.source === source);
      const since = asked ? asked.from + usualOfSourceMs : Number.NEGATIVE_INFINITY;
      const others = othersOf(courses, source);
      const to = Math.max(last + stepMs, others.reached ?? 0);
      for (const rule of rules) {
        if (!inScope(rule, null, source)) continue;
        const { kind } = rule.condition;
        const episodes =
          kind === "silent"
            ? pauseEpisodes(steps, rule, others)
            : rejectEpisodes(steps, rule, first, Math.min(to, last + backMs));
        for (const episode of episodes)
          if (episode.since >= since)
            findings.push({ rule, subject: `${kind}:${source}`, cause: null, episode });
      }
      this.done.set(source, Math.max(last, this.done.get(source) ?? last));
    }
    return findings;
  }

  /** By our own clock: where nothing comes at all there is no log time. */
  private async byOurClock(db: Queryable, rules: readonly Rule[], now: number): Promise<Finding[]> {
    if (rules.length === 0) return [];
    const sources = new Map<string, Awaited<ReturnType<typeof deliveryCounts>>>();
    for (const row of await deliveryCounts(db, {})) {
      const all = sources.get(row.source) ?? [];
      all.push(row);
      sources.set(row.source, all);
    }
    const findings: Finding[] = [];
    for (const [source, sent] of sources) {
      const deliveries = sent.map((row) => ({ ...row, lastAt: row.last_at }));
      for (const rule of rules) {
        if (!inScope(rule, null, source)) continue;
        // While we were away nobody could be heard.
        const episode = silentEpisode(deliveries, rule, now, this.startedAt);
        if (episode && (await this.isLive(db, sent, episode.since)))
          findings.push({ rule, subject: `silent:${source}`, cause: null, episode });
      }
    }
    return findings;
  }

  /** Whether a source sent what had just been written: who sends old lines has come to their end. */
  private async isLive(
    db: Queryable,
    sent: readonly { lb: string | null }[],
    lastAt: number,
  ): Promise<boolean> {
    const lines = await linesSince(db, { from: lastAt - liveMs, lb: sent[0]?.lb ?? null });
    return lines.length > 0;
  }
}

/** The other sources; of their lines the steps tell. */
function othersOf(courses: ReadonlyMap<string, readonly SourceStepCount[]>, own: string): Others {
  const written = new Set<number>();
  let reached: number | null = null;
  for (const [source, steps] of courses)
    if (source !== own)
      for (const { at, lastAt } of steps) {
        if (lastAt === null) continue;
        written.add(at);
        if (reached === null || lastAt > reached) reached = lastAt;
      }
  return {
    reached,
    wrote: (from, to) => {
      for (let at = Math.ceil(from / stepMs) * stepMs; at + stepMs <= to; at += stepMs)
        if (written.has(at)) return true;
      return false;
    },
  };
}

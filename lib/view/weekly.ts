import type { Weekly } from "@/lib/schemas/weekly";
import { countOf, formatCount, formatDuration, formatFigure, formatPercent } from "./numbers";

export const classWords: Record<Weekly["classes"][number]["class"], string> = {
  routing: "Routing",
  infrastructure: "Infrastructure",
  client: "Client",
  storage: "Storage",
  unknown: "Unknown",
};

/** `checkout, week 47 of 2026`. */
export function weekTitle({ pool, week }: Pick<Weekly, "pool" | "week">): string {
  const [year, number] = week.split("-W");
  return `${pool ?? "All pools"}, week ${Number(number)} of ${year}`;
}

export interface Part {
  text: string;
  strong?: boolean;
  bad?: boolean;
}

/** What the week was like, in two or three sentences. */
export function situationOf(week: Weekly): Part[] {
  const { current, budget, pool } = week;
  const subject = pool ?? "Continuity over all pools";
  if (current.sessions === 0 && current.requests === 0)
    return [{ text: `No requests were seen in this week${pool ? ` in ${pool}` : ""}.` }];
  if (current.continuityRate === null || budget.met === null)
    return [
      {
        text: "No session had two requests, so that there is no continuity to reckon.",
      },
    ];
  const rate = formatPercent(current.continuityRate, 2);
  const aim = formatPercent(budget.objective, 2);
  const parts: Part[] = [
    budget.met
      ? { text: `${subject} met its objective: ${rate} against ${aim}.`, strong: true }
      : {
          text: `${subject} missed its objective: ${rate} against ${aim}.`,
          strong: true,
          bad: true,
        },
  ];
  const spent = week.days.find((day) => day.budgetLeft !== null && day.budgetLeft < 0);
  if (spent) parts.push({ text: ` The budget was spent on ${weekday(spent.day)}.` });
  const [largest] = week.causes;
  if (largest && largest.bounces > 0) {
    parts.push(
      { text: " The largest cause was " },
      { text: `${largest.cause}, ${formatPercent(largest.share, 0)}`, strong: true },
      { text: ` of ${formatCount(current.bounces)} bounces.` },
    );
  } else parts.push({ text: " Every request stayed on its session's node." });
  return parts;
}

/** The week in a few lines, for a message: how it went, and what to do next. */
export function reviewLines(week: Weekly): string[] {
  const { current, previous, budget, incidents } = week;
  const was = (now: number, before: number) =>
    `${formatCount(now)} (${formatCount(before)} the week before)`;
  return [
    situationOf(week)
      .map(({ text }) => text)
      .join(""),
    ...(budget.allowed === null
      ? []
      : [
          `Error budget left: ${formatPercent(budget.left, 0)}, ${formatCount(budget.used)} of ${formatFigure(budget.allowed)} sessions used.`,
        ]),
    `Bounces: ${was(current.bounces, previous.bounces)}. Sessions lost: ${was(current.lostSessions, previous.lostSessions)}.`,
    incidents.total === 0
      ? "No incident."
      : `${countOf(incidents.total, "incident")}, detected after ${formatDuration(incidents.detectMs)}, over after ${formatDuration(incidents.recoverMs)} on average.`,
    ...week.steps.map(
      (step, index) =>
        `${index + 1}. ${step.title}${step.sessions === null ? "" : ` (${countOf(step.sessions, "session")})`}: ${step.evidence[0] ?? ""}.`,
    ),
  ];
}

const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

export function weekday(day: string): string {
  return weekdays[new Date(day).getUTCDay()] ?? "";
}

/** `Mon 16`, in UTC. */
export function shortDay(day: string): string {
  return `${weekday(day).slice(0, 3)} ${new Date(day).getUTCDate()}`;
}

export interface CountDelta {
  direction: "up" | "down" | "same";
  text: string;
  bad: boolean;
}

/** How a count changed since the week before, in percent; red from half as many again and five more. */
export function countDelta(now: number, before: number): CountDelta | null {
  if (now === before) return null;
  const direction = now > before ? "up" : "down";
  const bad = now - before >= 5 && now >= before * 1.5;
  if (before === 0) return { direction, text: formatCount(now - before), bad };
  const by = Math.abs(now - before) / before;
  const text = by >= 9.5 ? `${formatFigure(now / before)} times` : formatPercent(by, 0);
  return { direction, text, bad };
}

/** How a rate changed, in points; worse by a tenth of a point is red. */
export function pointsDelta(
  now: number | null,
  before: number | null,
  goodIsHigh: boolean,
): CountDelta | null {
  if (now === null || before === null) return null;
  const by = now - before;
  if (Math.abs(by) < 0.000_05) return null;
  return {
    direction: by > 0 ? "up" : "down",
    text: `${formatFigure(Math.abs(by) * 100)} pp`,
    bad: (goodIsHigh ? -by : by) >= 0.001,
  };
}

export interface DayMark {
  day: string;
  label: string;
  rate: number | null;
  previous: number | null;
  budgetLeft: number | null;
  affected: number;
  sessions: number;
  missed: boolean;
  /** Heights in the plot, 0 at its foot and 1 at its head; null where there is nothing. */
  y: number | null;
  previousY: number | null;
  budgetY: number | null;
}

export interface DayPlot {
  days: DayMark[];
  /** The lowest rate that the plot shows; its head is 100 %. */
  lowest: number;
  objectiveY: number;
  /** The least of the budget that the plot shows, at most once too much of it spent; its head is all of it. */
  leastBudget: number;
  zeroBudgetY: number;
}

/** Continuity and the budget day by day, placed in plots that hold all of them and the objective. */
export function dayPlot({ days, budget }: Pick<Weekly, "days" | "budget">): DayPlot {
  const rates = days
    .flatMap((day) => [day.continuityRate, day.previousContinuityRate])
    .filter((rate) => rate !== null);
  const room = Math.max(1 - Math.min(budget.objective, ...rates), 0.0001) * 1.15;
  const lowest = Math.max(0, 1 - room);
  const place = (rate: number | null) => (rate === null ? null : (rate - lowest) / (1 - lowest));
  const lefts = days.map((day) => day.budgetLeft).filter((left) => left !== null);
  const leastBudget = Math.max(-1, Math.min(0, ...lefts));
  const budgetPlace = (left: number) =>
    (Math.max(left, leastBudget) - leastBudget) / (1 - leastBudget);
  return {
    lowest,
    objectiveY: (budget.objective - lowest) / (1 - lowest),
    leastBudget,
    zeroBudgetY: budgetPlace(0),
    days: days.map((day) => ({
      day: day.day,
      label: shortDay(day.day),
      rate: day.continuityRate,
      previous: day.previousContinuityRate,
      budgetLeft: day.budgetLeft,
      affected: day.affectedSessions,
      sessions: day.severalSessions,
      missed: day.continuityRate !== null && day.continuityRate < budget.objective,
      y: place(day.continuityRate),
      previousY: place(day.previousContinuityRate),
      budgetY: day.budgetLeft === null ? null : budgetPlace(day.budgetLeft),
    })),
  };
}

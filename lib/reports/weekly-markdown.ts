import type { Weekly } from "@/lib/schemas/weekly";
import {
  countOf,
  formatCount,
  formatDuration,
  formatFigure,
  formatPercent,
} from "@/lib/view/numbers";
import { classWords, situationOf, weekTitle } from "@/lib/view/weekly";
import { markdownMoment, markdownTable, markdownText } from "./markdown-table";

/** A week's review for a page of the team's own, a mail or a chat. Times are UTC. */
export function weeklyMarkdown(week: Weekly): string {
  const { current, previous, budget, recovery, previousRecovery } = week;
  return [
    `# ${weekTitle(week)}`,
    `${day(week.from)} to ${day(week.to, -1)}, UTC. Made ${markdownMoment(week.madeAt)}${week.complete ? "" : "; the week is not over"}.`,
    situationOf(week)
      .map((part) => (part.strong ? `**${part.text}**` : part.text))
      .join(""),
    "## Key figures",
    markdownTable(
      ["", "This week", "Week before"],
      [
        [
          "Session continuity",
          `${formatPercent(current.continuityRate, 2)} (objective ${formatPercent(budget.objective, 2)})`,
          formatPercent(previous.continuityRate, 2),
        ],
        [
          "Error budget left",
          budget.allowed === null
            ? "–"
            : `${formatPercent(budget.left, 0)} (${formatCount(budget.used)} of ${formatFigure(budget.allowed)} sessions used)`,
          "",
        ],
        ["Sessions", formatCount(current.sessions), formatCount(previous.sessions)],
        ["Sessions lost", formatCount(current.lostSessions), formatCount(previous.lostSessions)],
        [
          "From loss to a working session, mean",
          `${formatDuration(recovery.meanMs)} (${recovery.recovered} of ${recovery.outages})`,
          formatDuration(previousRecovery.meanMs),
        ],
        ["Incidents", formatCount(week.incidents.total), formatCount(week.previousIncidents.total)],
        [
          "Mean time to detect, to acknowledge, to recover",
          incidentTimes(week.incidents),
          incidentTimes(week.previousIncidents),
        ],
        ["Bounces", formatCount(current.bounces), formatCount(previous.bounces)],
        [
          "Unexplained bounces",
          formatCount(current.unexplainedBounces),
          formatCount(previous.unexplainedBounces),
        ],
        ["Requests", formatCount(current.requests), formatCount(previous.requests)],
        ["Error rate", formatPercent(current.errorRate, 2), formatPercent(previous.errorRate, 2)],
        ["Latency p95", formatDuration(week.p95Ms), formatDuration(week.previousP95Ms)],
      ],
    ),
    "## Continuity by day",
    markdownTable(
      ["Day", "Continuity", "Week before", "Sessions affected", "Budget left"],
      week.days.map((row) => [
        day(row.day),
        formatPercent(row.continuityRate, 2),
        formatPercent(row.previousContinuityRate, 2),
        formatCount(row.affectedSessions),
        formatPercent(row.budgetLeft, 0),
      ]),
    ),
    "## By class",
    markdownTable(
      ["Class", "Bounces", "Week before", "Sessions lost", "Week before"],
      week.classes.map((row) => [
        classWords[row.class],
        row.class === "storage" ? "" : formatCount(row.bounces),
        row.class === "storage" ? "" : formatCount(row.previousBounces),
        row.class === "infrastructure" ? "" : formatCount(row.lostSessions),
        row.class === "infrastructure" ? "" : formatCount(row.previousLostSessions),
      ]),
    ),
    ...section("Causes", week.causes, () =>
      markdownTable(
        ["Cause", "Class", "Bounces", "Share", "Week before", "Sessions", "Of these lost"],
        week.causes.map((row) => [
          row.cause,
          row.class,
          formatCount(row.bounces),
          formatPercent(row.share, 0),
          formatCount(row.previousBounces),
          formatCount(row.sessions),
          formatCount(row.lostSessions),
        ]),
      ),
    ),
    ...section("Pools", week.pools, () =>
      markdownTable(
        ["Pool", "Continuity", "Objective", "Budget left", "Bounces", "Week before", "Imbalance"],
        week.pools.map((row) => [
          row.pool,
          formatPercent(row.current.continuityRate, 2),
          formatPercent(row.budget.objective, 2),
          formatPercent(row.budget.left, 0),
          formatCount(row.current.bounces),
          formatCount(row.previous.bounces),
          row.current.imbalance?.toFixed(2) ?? "–",
        ]),
      ),
    ),
    ...section("Worst nodes", week.nodes, () =>
      markdownTable(
        ["Node", "Pool", "Bounces out", "Bounces in", "Sessions lost", "Error rate"],
        week.nodes.map((row) => [
          row.node,
          row.pool,
          formatCount(row.bouncesOut),
          formatCount(row.bouncesIn),
          formatCount(row.lostSessions),
          formatPercent(row.errorRate, 2),
        ]),
      ),
    ),
    ...section("Worst balancers", week.lbs, () =>
      markdownTable(
        ["Balancer", "Bounces", "Unexplained", "Per 1,000 requests"],
        week.lbs.map((row) => [
          row.lb,
          formatCount(row.bounces),
          formatCount(row.unexplainedBounces),
          formatFigure(row.bouncesPer1000),
        ]),
      ),
    ),
    ...section("Changes that coincided with a regression", week.changes, () =>
      markdownTable(
        ["Change", "When", "Bounces, 30 min before", "30 min after", "Cause that grew most"],
        week.changes.map((row) => [
          row.further > 0
            ? `${row.change.title} (and ${countOf(row.further, "further step")})`
            : row.change.title,
          markdownMoment(row.change.at),
          formatCount(row.before),
          formatCount(row.after),
          row.cause ?? "",
        ]),
      ),
    ),
    ...section("Incidents", week.incidents.items, () =>
      markdownTable(
        ["Incident", "Pool", "Began", "Detected", "Acknowledged", "Lasted", "Sessions", "Lost"],
        week.incidents.items.map((row) => [
          row.title,
          row.pool ?? "",
          markdownMoment(row.since),
          formatDuration(row.detectedMs),
          formatDuration(row.acknowledgedMs),
          formatDuration(row.lastedMs),
          formatCount(row.affectedSessions),
          formatCount(row.lostSessions),
        ]),
      ),
    ),
    ...section("Imbalance", week.imbalance, () =>
      markdownTable(
        ["Pool", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
        week.imbalance.map((row) => [row.pool, ...row.days.map((day) => day?.toFixed(2) ?? "–")]),
      ),
    ),
    ...section("Affinity", week.affinity, () =>
      markdownTable(
        ["Pool", "Balancer", "Declared", "Found", "Cookie not followed", "Mismatch"],
        week.affinity.map((row) => [
          row.pool,
          row.lb,
          row.declared ?? "–",
          row.found,
          row.named === 0 ? "–" : `${formatCount(row.elsewhere)} of ${formatCount(row.named)}`,
          row.mismatch ?? "",
        ]),
      ),
    ),
    "## Next steps",
    week.steps.length === 0
      ? "Nothing of this week asks for a step."
      : week.steps
          .map((step, index) =>
            [
              `${index + 1}. **${markdownText(step.title)}**${step.sessions === null ? "" : `: ${countOf(step.sessions, "session")}`}`,
              ...step.evidence.map((line) => `   - ${markdownText(line)}`),
              `   - How: ${step.runbook}`,
            ].join("\n"),
          )
          .join("\n"),
    "",
  ].join("\n\n");
}

function incidentTimes(
  told: Pick<Weekly["incidents"], "detectMs" | "acknowledgeMs" | "recoverMs">,
) {
  return [told.detectMs, told.acknowledgeMs, told.recoverMs].map(formatDuration).join(", ");
}

function section(title: string, rows: readonly unknown[], write: () => string): string[] {
  return rows.length === 0 ? [] : [`## ${title}`, write()];
}

function day(at: string, shift = 0): string {
  return new Date(Date.parse(at) + shift).toISOString().slice(0, 10);
}

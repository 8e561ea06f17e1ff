import { causes } from "@/lib/domain/causes";
import type { Comparison, Side } from "@/lib/schemas/compare";
import { changeInWords, formatCompared, metricLabels, sideNames } from "@/lib/view/compare";
import { countOf, formatCount } from "@/lib/view/numbers";
import { markdownMoment, markdownTable, markdownText } from "./markdown-table";

/** Two windows side by side, for a post-mortem or a page of the team's own. Times are UTC. */
export function compareMarkdown(told: Comparison): string {
  const { before, after, change, lb } = told;
  const names = sideNames(told);
  const title = change ? change.title : `${capital(names.before)} and ${names.after}`;
  const bounced = causes.filter(
    (cause) => before.bouncesByCause[cause] || after.bouncesByCause[cause],
  );
  return [
    `# ${markdownText(title)}`,
    `**${markdownText(told.words)}**${told.complete ? "" : " The later window is not over."}`,
    [
      ...(change ? [`- Change: ${change.kind}, ${markdownMoment(change.at)}`] : []),
      `- ${capital(names.before)}: ${sideWords(before)}`,
      `- ${capital(names.after)}: ${sideWords(after)}`,
      ...(lb === null ? [] : [`- Only through ${markdownText(lb)}`]),
    ].join("\n"),
    markdownTable(
      ["", capital(names.before), capital(names.after), "Difference", "More than noise?"],
      told.figures.map((row) => [
        metricLabels[row.metric],
        formatCompared(row.metric, row.before),
        formatCompared(row.metric, row.after),
        changeInWords(row),
        row.words,
      ]),
    ),
    ...(bounced.length === 0
      ? []
      : [
          markdownTable(
            ["Cause", capital(names.before), capital(names.after)],
            bounced.map((cause) => [
              cause,
              formatCount(before.bouncesByCause[cause] ?? 0),
              formatCount(after.bouncesByCause[cause] ?? 0),
            ]),
          ),
        ]),
    "",
  ].join("\n\n");
}

function sideWords(side: Side): string {
  const where = side.pool === null ? "all pools" : markdownText(side.pool);
  return `${where}, ${markdownMoment(side.from)} to ${markdownMoment(side.to)}, ${countOf(side.sessions, "session")}, ${countOf(side.requests, "request")}`;
}

function capital(text: string): string {
  return text === "before" || text === "after" || text === "all pools"
    ? `${text.charAt(0).toUpperCase()}${text.slice(1)}`
    : text;
}

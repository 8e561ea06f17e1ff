import type { Condition, Rule } from "@/lib/domain/alerts/rule";
import type { Alert } from "@/lib/schemas/alert";
import type { AlertHistory } from "@/lib/schemas/alerts";
import { formatDuration, formatFigure, formatPercent } from "./numbers";

export const stateWords: Record<Alert["state"], string> = {
  pending: "Pending",
  firing: "Firing",
  acknowledged: "Acknowledged",
  silenced: "Silenced",
  resolved: "Resolved",
};

export const historyWords: Record<AlertHistory[number]["what"], string> = {
  pending: "Above its threshold",
  firing: "Firing",
  "firing-again": "Firing again",
  acknowledged: "Acknowledged",
  resolved: "Resolved",
  closed: "Closed by hand",
  corrected: "Corrected",
};

export const kindWords: Record<Condition["kind"], string> = {
  "bounce-rate": "Bounce rate",
  "unexplained-bounces": "Unexplained bounces",
  "lost-sessions": "Lost sessions",
  "ping-pong": "Ping-pong sessions",
  continuity: "Continuity budget",
  imbalance: "Imbalance",
  "node-share": "A node's share",
  "clock-offset": "Clock offset",
  silent: "Silent source",
  rejects: "Rejected lines",
};

const seconds = (value: number) => formatDuration(value * 1000);

/** With a least number of sessions a rule measures what is above the usual. */
function newsWords({ minSessions = 0 }: { minSessions?: number | undefined }): string {
  return minSessions > 0
    ? ` above the usual, ${formatFigure(minSessions)} sessions or more newly affected`
    : "";
}

/** What a rule's condition asks, in words. */
export function conditionWords(condition: Condition): string {
  switch (condition.kind) {
    case "bounce-rate":
    case "unexplained-bounces": {
      const { aboveShare = 0 } = condition;
      const share = aboveShare > 0 ? ` and ${formatPercent(aboveShare)} of requests` : "";
      const what = condition.kind === "bounce-rate" ? "bounces per minute" : "per minute";
      return `more than ${formatFigure(condition.abovePerMinute)} ${what}${share} over ${seconds(condition.windowSeconds)}${newsWords(condition)}`;
    }
    case "lost-sessions":
    case "ping-pong":
      return `more than ${formatFigure(condition.above)} in ${seconds(condition.windowSeconds)}${newsWords(condition)}`;
    case "continuity":
      return `${formatPercent(condition.objective, 2)}, ${condition.windows
        .map(
          ({ longMinutes, shortMinutes, burnRate }) =>
            `${formatFigure(burnRate)}× in ${seconds(longMinutes * 60)} and ${seconds(shortMinutes * 60)}`,
        )
        .join(" or ")}`;
    case "imbalance":
      return `a node above ${formatFigure(condition.aboveMaxOverMean)} times the mean over ${seconds(condition.windowSeconds)}`;
    case "node-share":
      return `a node above ${formatFigure(condition.aboveUsual)} times its usual share`;
    case "clock-offset":
      return `off by more than ${formatDuration(condition.aboveMs)}`;
    case "silent":
      return `nothing for ${seconds(condition.afterSeconds)}`;
    case "rejects":
      return `more than ${formatPercent(condition.aboveShare, 0)} and ${formatFigure(condition.minLines)} lines in ${seconds(condition.windowSeconds)}`;
  }
}

/** Where a rule applies. */
export function scopeWords({ scope }: Pick<Rule, "scope">): string {
  const parts = [
    scope.pool && `pool ${scope.pool}`,
    scope.lb && `balancer ${scope.lb}`,
    scope.node && `node ${scope.node}`,
    scope.cause,
    scope.source && `source ${scope.source}`,
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(", ") : "everywhere";
}

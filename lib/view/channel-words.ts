import type { Channel, ChannelKind } from "@/lib/schemas/alert-channels";

export const channelKindWords: Record<ChannelKind, string> = {
  webhook: "Webhook",
  slack: "Slack",
  teams: "Microsoft Teams",
  email: "E-mail",
  pagerduty: "PagerDuty",
  opsgenie: "Opsgenie",
  alertmanager: "Alertmanager",
};

export type RouteLabel = keyof NonNullable<Channel["route"]>;

export const routeLabels: readonly { name: RouteLabel; label: string }[] = [
  { name: "pool", label: "pools" },
  { name: "cause", label: "causes" },
  { name: "class", label: "classes" },
  { name: "balancer", label: "balancers" },
  { name: "node", label: "nodes" },
  { name: "rule", label: "rules" },
  { name: "source", label: "sources" },
];

/** Which alerts a channel is told of, in words. */
export function routeWords({ severities, route }: Pick<Channel, "severities" | "route">): string {
  const labels = routeLabels.flatMap(({ name, label }) => {
    const patterns = route?.[name];
    return patterns ? [`${label} ${patterns.join(", ")}`] : [];
  });
  const what = severities === null ? "every alert" : `${severities.join(", ")} alerts`;
  return labels.length === 0 ? what : `${what} of ${labels.join("; ")}`;
}

const dayNames = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** The name of a day, Monday is 1. */
export function dayName(day: number): string {
  return dayNames[day - 1] ?? "";
}

/** Quiet hours in words: `quiet Mon–Fri 22:00–07:00 Europe/Berlin`. */
export function quietWords(hours: NonNullable<Channel["quietHours"]>): string {
  const days = [...hours.days].sort((a, b) => a - b);
  const [first = 1] = days;
  const row = days.every((day, index) => day === first + index);
  const named =
    days.length === 7
      ? ""
      : row && days.length > 2
        ? `${dayName(first)}–${dayName(days.at(-1) ?? first)} `
        : `${days.map(dayName).join(", ")} `;
  return `quiet ${named}${hours.from}–${hours.to} ${hours.timezone}`;
}

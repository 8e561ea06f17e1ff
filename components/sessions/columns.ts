import type { SessionTab } from "./session-params";

export interface ColumnChoice {
  key: string;
  label: string;
  /** Shown unless the reader chooses; on narrow screens only those that are not `wide`. */
  shown: boolean;
  wide?: boolean;
  /** The columns of the CSV that it stands for. */
  csv: string[];
}

/** The columns that a reader may choose, in their order; each list has others that always stand. */
export const columnChoices: Record<SessionTab, readonly ColumnChoice[]> = {
  sessions: [
    { key: "journey", label: "Journey", shown: true, csv: ["nodes"] },
    { key: "bounces", label: "Bounces", shown: true, csv: ["bounces", "pingPong"] },
    { key: "unexplained", label: "Unexplained", shown: true, wide: true, csv: ["unexplained"] },
    { key: "returns", label: "Returns", shown: false, csv: ["returns"] },
    { key: "lost", label: "Lost", shown: true, csv: ["lost"] },
    { key: "mainCause", label: "Main cause", shown: true, csv: ["mainCause"] },
    { key: "requests", label: "Requests", shown: true, wide: true, csv: ["requests"] },
    { key: "client", label: "Client", shown: true, wide: true, csv: ["client"] },
    { key: "nodes", label: "Nodes", shown: false, csv: ["nodes"] },
    { key: "lbs", label: "Balancers", shown: false, csv: ["lbs"] },
    { key: "pool", label: "Pool", shown: false, csv: ["pool"] },
    { key: "firstSeen", label: "First seen", shown: false, csv: ["firstSeen"] },
    { key: "lastBounce", label: "Last bounce", shown: true, wide: true, csv: ["lastBounce"] },
    { key: "lastSeen", label: "Last seen", shown: true, csv: ["lastSeen"] },
  ],
  bounces: [
    { key: "session", label: "Session", shown: true, csv: ["session"] },
    { key: "cause", label: "Cause", shown: true, csv: ["cause"] },
    { key: "confidence", label: "Confidence", shown: true, csv: ["confidence"] },
    { key: "class", label: "Class", shown: false, csv: ["class"] },
    { key: "path", label: "Path", shown: true, wide: true, csv: ["path"] },
    { key: "lb", label: "Balancer", shown: true, wide: true, csv: ["lb"] },
    { key: "pool", label: "Pool", shown: true, wide: true, csv: ["pool"] },
    { key: "correlation", label: "Correlation ID", shown: false, csv: ["correlationId"] },
  ],
  lost: [
    { key: "node", label: "Missing on", shown: true, csv: ["node"] },
    { key: "lostTo", label: "Lost to", shown: true, csv: ["lostTo"] },
    {
      key: "correlation",
      label: "Correlation ID",
      shown: true,
      wide: true,
      csv: ["correlationId"],
    },
    { key: "pool", label: "Pool", shown: true, wide: true, csv: ["pool"] },
  ],
};

/** What always stands in the CSV of a list. */
const always: Record<SessionTab, string[]> = {
  sessions: ["id"],
  bounces: ["at", "from", "to", "isReturn"],
  lost: ["at", "session"],
};

export interface ShownColumns {
  has: (key: string) => boolean;
  /** The class that hides a column on narrow screens; none where the reader chose the columns. */
  classOf: (key: string) => string;
  count: number;
  csv: string;
}

/** The columns of a list: those in the URL, else those that it comes with. */
export function shownColumns(tab: SessionTab, chosen: readonly string[] | null): ShownColumns {
  const choices = columnChoices[tab];
  const shown = choices.filter(({ key, shown: byDefault }) => chosen?.includes(key) ?? byDefault);
  const keys = new Set(shown.map(({ key }) => key));
  const wide = new Set(chosen ? [] : shown.filter((column) => column.wide).map(({ key }) => key));
  return {
    has: (key) => keys.has(key),
    classOf: (key) => (wide.has(key) ? "ss-wide" : ""),
    count: keys.size,
    csv: [...new Set([...always[tab], ...shown.flatMap(({ csv }) => csv)])].join(","),
  };
}

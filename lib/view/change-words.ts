import type { ChangeMark } from "@/lib/schemas/results";

/** A change in two or three words, for a mark over a chart: `app3 down`, `drain app1`, a deploy's own title. */
export function changeLabel(change: Pick<ChangeMark, "kind" | "node" | "title">): string {
  const { kind, node, title } = change;
  if (node !== null)
    switch (kind) {
      case "node-down":
        return `${node} down`;
      case "node-up":
        return `${node} up`;
      case "node-drain":
        return `drain ${node}`;
      case "node-maintenance":
        return `maintenance ${node}`;
      case "deploy":
      case "config":
      case "scale":
      case "other":
        break;
    }
  return title.length > 34 ? `${title.slice(0, 33).trimEnd()}…` : title;
}

/** A change within a sentence, after "about when": `app3 went down`, `deploy 4f1c2e9 was made`. */
export function changePhrase(change: Pick<ChangeMark, "kind" | "node" | "title">): string {
  const node = change.node ?? "a node";
  switch (change.kind) {
    case "node-down":
      return `${node} went down`;
    case "node-up":
      return `${node} came back`;
    case "node-drain":
      return `${node} began to drain`;
    case "node-maintenance":
      return `${node} went into maintenance`;
    case "deploy":
    case "config":
    case "scale":
    case "other":
      return `“${change.title}” was noted`;
  }
}

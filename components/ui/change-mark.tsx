import type { ChangeKind } from "@/lib/domain/facts";
import { Icon, type IconName } from "./icon";

const icons: Record<ChangeKind, IconName> = {
  deploy: "deploy",
  config: "reload",
  scale: "scale",
  "node-down": "down",
  "node-up": "up",
  "node-drain": "drain",
  "node-maintenance": "maintenance",
  other: "dot",
};

const words: Record<ChangeKind, string> = {
  deploy: "deploy",
  config: "config reload",
  scale: "scale",
  "node-down": "node down",
  "node-up": "node up",
  "node-drain": "node drain",
  "node-maintenance": "node maintenance",
  other: "change",
};

export function changeWord(kind: ChangeKind): string {
  return words[kind];
}

/** Red for a node that went down, amber for one that drains; other changes have no colour. */
export function changeColour(kind: ChangeKind): string {
  if (kind === "node-down") return "var(--bad)";
  return kind === "node-drain" || kind === "node-maintenance" ? "var(--warn)" : "var(--text)";
}

export function ChangeMark({ kind, size = 12 }: { kind: ChangeKind; size?: number }) {
  return (
    <span className="inline-flex" style={{ color: changeColour(kind) }}>
      <Icon name={icons[kind]} size={size} />
    </span>
  );
}

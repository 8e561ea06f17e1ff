import {
  type Condition,
  type ConditionKind,
  firstRules,
  type Rule,
} from "@/lib/domain/alerts/rule";
import { ruleSchema } from "@/lib/schemas/alerts";

/** A rule as the form holds it: text in every field. */
export interface RuleDraft {
  id: string | null;
  name: string;
  severity: string;
  kind: ConditionKind;
  /** The condition's numbers by their names; shares as percent, windows as lines. */
  numbers: Record<string, string>;
  forSeconds: string;
  minTraffic: string;
  clearBelow: string;
  clearForSeconds: string;
  pool: string;
  lb: string;
  node: string;
  cause: string;
  source: string;
  channels: string;
}

export interface NumberField {
  name: string;
  label: string;
  /** Shown as percent of what the rule holds. */
  percent?: boolean;
}

const window: NumberField = { name: "windowSeconds", label: "Window, seconds" };

const news: NumberField = { name: "minSessions", label: "And at least, sessions newly affected" };
const bounceFields: NumberField[] = [
  { name: "abovePerMinute", label: "Above, per minute" },
  { name: "aboveShare", label: "And above, % of requests", percent: true },
  news,
  window,
];

/** The numbers that each kind of condition asks for. */
export const numberFields: Record<ConditionKind, NumberField[]> = {
  "bounce-rate": bounceFields,
  "unexplained-bounces": bounceFields,
  "lost-sessions": [{ name: "above", label: "Above, sessions" }, news, window],
  "ping-pong": [{ name: "above", label: "Above, sessions" }, news, window],
  continuity: [{ name: "objective", label: "Objective, %", percent: true }],
  imbalance: [{ name: "aboveMaxOverMean", label: "Above, times the mean" }, window],
  "node-share": [{ name: "aboveUsual", label: "Above, times its usual share" }],
  "clock-offset": [{ name: "aboveMs", label: "Above, milliseconds" }],
  silent: [{ name: "afterSeconds", label: "After, seconds" }],
  rejects: [
    { name: "aboveShare", label: "Above, % of lines", percent: true },
    { name: "minLines", label: "At least, lines" },
    window,
  ],
};

function numbersOf(condition: Condition): Record<string, string> {
  const values = new Map<string, unknown>(Object.entries(condition));
  const numbers = Object.fromEntries(
    numberFields[condition.kind].map(({ name, percent }) => {
      const value = Number(values.get(name) ?? 0);
      return [name, String(percent ? Number((value * 100).toFixed(6)) : value)];
    }),
  );
  if (condition.kind === "continuity")
    numbers.windows = condition.windows
      .map(
        ({ longMinutes, shortMinutes, burnRate }) => `${longMinutes} ${shortMinutes} ${burnRate}`,
      )
      .join("\n");
  return numbers;
}

/** The usual numbers of a kind: those of a first start. */
export function usualNumbers(kind: ConditionKind): Record<string, string> {
  const first = firstRules.find(({ condition }) => condition.kind === kind);
  return first ? numbersOf(first.condition) : {};
}

export const emptyRule: RuleDraft = {
  id: null,
  name: "",
  severity: "warning",
  kind: "bounce-rate",
  numbers: usualNumbers("bounce-rate"),
  forSeconds: "0",
  minTraffic: "20",
  clearBelow: "50",
  clearForSeconds: "120",
  pool: "",
  lb: "",
  node: "",
  cause: "",
  source: "",
  channels: "",
};

export function draftOfRule(rule: Rule): RuleDraft {
  const { scope } = rule;
  return {
    id: rule.id,
    name: rule.name,
    severity: rule.severity,
    kind: rule.condition.kind,
    numbers: numbersOf(rule.condition),
    forSeconds: String(rule.forSeconds),
    minTraffic: String(rule.minTraffic),
    clearBelow: String(Number((rule.clearBelow * 100).toFixed(6))),
    clearForSeconds: String(rule.clearForSeconds),
    pool: scope.pool ?? "",
    lb: scope.lb ?? "",
    node: scope.node ?? "",
    cause: scope.cause ?? "",
    source: scope.source ?? "",
    channels: (rule.channels ?? []).join(", "),
  };
}

/** A name as an id that none of the others has. */
export function idFor(name: string, taken: ReadonlySet<string>): string {
  const base =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 56) || "rule";
  for (let n = 1; ; n++) {
    const id = n === 1 ? base : `${base}-${n}`;
    if (!taken.has(id)) return id;
  }
}

export type ReadRule =
  | { ok: true; rule: Rule }
  | { ok: false; errors: { path: string; message: string }[] };

/** The rule that the form holds, or what is wrong with it. */
export function readRule(
  draft: RuleDraft,
  before: Rule | null,
  taken: ReadonlySet<string>,
): ReadRule {
  const numbers = Object.fromEntries(
    numberFields[draft.kind].map(({ name, percent }) => {
      const value = numberIn(draft.numbers[name]);
      return [name, percent ? value / 100 : value];
    }),
  );
  const condition =
    draft.kind === "continuity"
      ? { kind: draft.kind, ...numbers, windows: windowsIn(draft.numbers.windows ?? "") }
      : { kind: draft.kind, ...numbers };
  const names = draft.channels
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const text = (value: string) => value.trim() || undefined;
  const read = ruleSchema.safeParse({
    id: draft.id ?? idFor(draft.name, taken),
    name: draft.name,
    enabled: before?.enabled ?? true,
    severity: draft.severity,
    scope: {
      pool: text(draft.pool),
      lb: text(draft.lb),
      node: text(draft.node),
      cause: text(draft.cause),
      source: text(draft.source),
    },
    condition,
    forSeconds: numberIn(draft.forSeconds),
    minTraffic: numberIn(draft.minTraffic),
    clearBelow: numberIn(draft.clearBelow) / 100,
    clearForSeconds: numberIn(draft.clearForSeconds),
    channels: names.length > 0 ? names : null,
  });
  if (read.success) return { ok: true, rule: read.data };
  return {
    ok: false,
    errors: read.error.issues.map(({ path, message }) => ({
      path: String(path.at(path[0] === "condition" || path[0] === "scope" ? 1 : 0) ?? ""),
      message,
    })),
  };
}

/** Not a number where nothing, or no number, is written. */
function numberIn(text: string | undefined): number {
  return text === undefined || text.trim() === "" ? Number.NaN : Number(text.replace(",", "."));
}

function windowsIn(text: string) {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [longMinutes, shortMinutes, burnRate] = line.trim().split(/\s+/).map(Number);
      return { longMinutes, shortMinutes, burnRate };
    });
}

/** Words by which alerts are told apart: each label with the values an alert has of it. */
export interface AlertLabels {
  pool: readonly string[];
  cause: readonly string[];
  /** The class of causes, or the thing: `routing`, `storage`, `silent`. */
  class: readonly string[];
  balancer: readonly string[];
  node: readonly string[];
  rule: readonly string[];
  source: readonly string[];
}

/** Patterns by label; a label that is left out takes all. */
export type Route = { [Label in keyof AlertLabels]?: readonly string[] | null | undefined };

const labelNames = [
  "pool",
  "cause",
  "class",
  "balancer",
  "node",
  "rule",
  "source",
] as const satisfies readonly (keyof AlertLabels)[];

/** Whether an alert is one that the route asks for: every label given has to fit one of its patterns. */
export function takes(route: Route | null, labels: AlertLabels): boolean {
  if (route === null) return true;
  return labelNames.every((label) => {
    const patterns = route[label];
    if (!patterns) return true;
    return labels[label].some((value) => patterns.some((pattern) => fits(pattern, value)));
  });
}

/** `*` stands for anything, the rest for itself. */
function fits(pattern: string, value: string): boolean {
  const parts = pattern.split("*");
  const [first = "", ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return pattern === value;
  if (!value.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest) {
    const found = value.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return value.length - last.length >= from && value.endsWith(last);
}

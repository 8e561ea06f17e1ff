import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import type { Rule } from "@/lib/domain/alerts/rule";
import { rulesSchema } from "@/lib/schemas/alerts";

/** What is wrong with a file of rules, and in which line, counted from 1. */
export interface Fault {
  line: number;
  reason: string;
}

export type ReadRules = { ok: true; rules: Rule[] } | { ok: false; faults: Fault[] };

/**
 * The rules in a file: YAML with a list `rules`, each with the fields of the
 * interface. All that is wrong is told at once, with its line.
 */
export function readRulesFile(text: string): ReadRules {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, uniqueKeys: true });
  const lineAt = (offset: number) => counter.linePos(offset).line;
  if (document.errors.length > 0)
    return {
      ok: false,
      faults: document.errors.map(({ pos, message }) => ({
        line: lineAt(pos[0]),
        reason: message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? message,
      })),
    };
  const root = document.contents;
  if (!isMap(root) || !isSeq(root.get("rules", true)))
    return { ok: false, faults: [{ line: 1, reason: "expected a list called rules" }] };
  const other = root.items.find(({ key }) => isScalar(key) && key.value !== "rules");
  if (other && isScalar(other.key))
    return {
      ok: false,
      faults: [
        { line: lineAt(other.key.range?.[0] ?? 0), reason: `${other.key.value}: not known here` },
      ],
    };
  const value: unknown = document.toJS();
  const items = typeof value === "object" && value !== null && "rules" in value ? value.rules : [];
  const read = rulesSchema.safeParse({ items });
  if (read.success) return { ok: true, rules: read.data.items };
  return {
    ok: false,
    faults: read.error.issues.map(({ path, message }) => {
      const own = path.slice(1).filter((part) => typeof part !== "symbol");
      const [index, ...field] = own;
      const where = index === undefined ? "rules" : `rule ${Number(index) + 1}`;
      const name = field.length > 0 ? `, ${field.join(".")}` : "";
      return { line: lineAt(offsetOf(root, own)), reason: `${where}${name}: ${message}` };
    }),
  };
}

/** Where what a path names is written; what is missing: where the thing that lacks it is. */
function offsetOf(root: Node, path: readonly (string | number)[]): number {
  let at: unknown = isMap(root) ? root.get("rules", true) : undefined;
  let offset = isSeq(at) ? (at.range?.[0] ?? 0) : 0;
  for (const part of path) {
    if (isMap(at) || isSeq(at)) {
      const next: unknown = at.get(part, true);
      if (!isMap(next) && !isSeq(next) && !isScalar(next)) return offset;
      at = next;
      offset = next.range?.[0] ?? offset;
    } else return offset;
  }
  return offset;
}

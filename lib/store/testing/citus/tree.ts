/** Reading the parse trees of PostgreSQL's own parser, whose nodes are objects of one key: the node's type. */

export type Tree = Record<string, unknown>;

export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function treeOf(value: unknown): Tree | undefined {
  return isTree(value) ? value : undefined;
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The body of a node of this type, undefined for any other. */
export function node(value: unknown, type: string): Tree | undefined {
  return isTree(value) ? treeOf(value[type]) : undefined;
}

/** The words of a list of names, as of a function or an operator. */
export function namesOf(value: unknown): string[] {
  return listOf(value).flatMap((item) => {
    const name = node(item, "String");
    return name ? [textOf(name.sval)] : [];
  });
}

/** Every node of a type below a value. `into` says whether to look within a node of another type. */
export function* each(
  value: unknown,
  type: string,
  into: (type: string) => boolean = () => true,
): Generator<Tree> {
  if (Array.isArray(value)) {
    for (const item of value) yield* each(item, type, into);
    return;
  }
  if (!isTree(value)) return;
  for (const [key, below] of Object.entries(value)) {
    if (key === type && isTree(below)) yield below;
    if (into(key)) yield* each(below, type, into);
  }
}

export const outsideSubqueries = (type: string) => type !== "SubLink";

export function some(value: unknown, type: string, into?: (type: string) => boolean): boolean {
  for (const _ of each(value, type, into)) return true;
  return false;
}

/** A column's qualifier and name; undefined for `*`, whose name is null. */
export function columnOf(value: unknown): { of: string | null; name: string | null } | undefined {
  const ref = node(value, "ColumnRef");
  if (!ref) return;
  const fields = listOf(ref.fields);
  const names = namesOf(fields);
  const star = node(fields.at(-1), "A_Star") !== undefined;
  if (star) return { of: names[0] ?? null, name: null };
  return names.length > 1
    ? { of: names[0] ?? null, name: names[1] ?? null }
    : { of: null, name: names[0] ?? null };
}

/** The value within casts. */
export function bare(value: unknown): unknown {
  const cast = node(value, "TypeCast");
  return cast ? bare(cast.arg) : value;
}

/** Conditions that must all be true. */
export function conjuncts(value: unknown): unknown[] {
  const expression = node(value, "BoolExpr");
  if (expression?.boolop === "AND_EXPR") return listOf(expression.args).flatMap(conjuncts);
  return value === undefined ? [] : [value];
}

/** Both sides of an equation; undefined for anything else. */
export function equation(value: unknown): [unknown, unknown] | undefined {
  const expression = node(value, "A_Expr");
  if (expression?.kind !== "AEXPR_OP" || namesOf(expression.name).at(-1) !== "=") return;
  return [bare(expression.lexpr), bare(expression.rexpr)];
}

export function functionName(call: Tree): string {
  return namesOf(call.funcname).at(-1) ?? "";
}

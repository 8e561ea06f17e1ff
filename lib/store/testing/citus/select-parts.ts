import type { Item, Scope } from "./items";
import {
  bare,
  columnOf,
  each,
  functionName,
  isTree,
  listOf,
  node,
  outsideSubqueries,
  type Tree,
  textOf,
} from "./tree";

const aggregates =
  /^(count|sum|min|max|avg|bool_or|bool_and|every|array_agg|string_agg|jsonb?_agg|jsonb?_object_agg|mode|percentile_disc|percentile_cont)$/;

export function recurring(name: string): Item {
  return { name, kind: "recurring", keys: [], isTable: false };
}

export function aliasOf(item: Tree): string | null {
  const alias = isTree(item.alias) ? item.alias : undefined;
  return alias ? textOf(alias.aliasname) : null;
}

/** Whether a query names items of the scopes around it. */
export function refersTo(query: unknown, scope: Scope): boolean {
  const own = new Set<string>();
  for (const type of ["RangeVar", "RangeSubselect", "RangeFunction"])
    for (const item of each(query, type)) own.add(aliasOf(item) ?? textOf(item.relname));
  for (const ref of each(query, "ColumnRef")) {
    const of = columnOf({ ColumnRef: ref })?.of;
    if (of != null && !own.has(of) && scope.sees(of)) return true;
  }
  return false;
}

export function callsOf(select: Tree): Tree[] {
  return [
    ...each(
      [select.targetList, select.havingClause, select.sortClause],
      "FuncCall",
      outsideSubqueries,
    ),
  ];
}

export function isAggregate(call: Tree): boolean {
  return call.over === undefined && aggregates.test(functionName(call));
}

export function partitionOf(call: Tree, select: Tree): unknown[] {
  const over = isTree(call.over) ? call.over : {};
  const name = textOf(over.name);
  const named = listOf(select.windowClause)
    .map((clause) => node(clause, "WindowDef"))
    .find((clause) => clause !== undefined && textOf(clause.name) === name);
  return listOf((name === "" ? over : named)?.partitionClause);
}

/** The expression that a GROUP BY means: a column by its place or its name in the list of columns, or what it says. */
export function targetOf(value: unknown, select: Tree): unknown {
  const targets = listOf(select.targetList).flatMap((item) => {
    const target = node(item, "ResTarget");
    return target ? [target] : [];
  });
  const constant = node(value, "A_Const");
  const place = isTree(constant?.ival) ? constant.ival.ival : undefined;
  if (typeof place === "number") return bare(targets[place - 1]?.val);
  const column = columnOf(value);
  if (column?.of === null) {
    const target = targets.find((item) => textOf(item.name) === column.name);
    if (target) return bare(target.val);
  }
  return bare(value);
}

import { loadModule, parseSync } from "libpg-query";
import { type Placement, placementOf } from "../../distribution";
import { Scope } from "./items";
import { type Ctes, Levels } from "./levels";
import { numbered } from "./numbered";
import { schemaRules } from "./schema-rules";
import { aliasOf } from "./select-parts";
import {
  columnOf,
  each,
  functionName,
  isTree,
  listOf,
  namesOf,
  node,
  some,
  type Tree,
  textOf,
} from "./tree";

/** What may stand in `DO UPDATE SET`: functions that hang on nothing but their arguments. */
const immutable =
  /^(least|greatest|coalesce|array_cat|cardinality|histogram_sum|ids_union|date_bin|abs)$/;
/** Functions that hang on the session's time zone: a modification may not call them with a column. */
const stable =
  /^(date_trunc|to_char|date_part|extract|age|now|to_timestamp_tz|to_jsonb?|jsonb?_build_\w+|concat|concat_ws|format)$/;

class StatementReader extends Levels {
  override modification(statement: unknown, ctes: Ctes): void {
    const insert = node(statement, "InsertStmt");
    if (insert) this.insert(insert, ctes);
    const update = node(statement, "UpdateStmt");
    if (update) this.change(update, listOf(update.fromClause), ctes, "UPDATE");
    const remove = node(statement, "DeleteStmt");
    if (remove) this.change(remove, listOf(remove.usingClause), ctes, "DELETE");
    if (node(statement, "MergeStmt")) this.note("MERGE");
  }

  statement(statement: unknown): void {
    const select = node(statement, "SelectStmt");
    if (select) this.whole(select, new Map());
    else this.modification(statement, new Map());
    const copy = node(statement, "CopyStmt");
    if (copy?.query) this.statement(copy.query);
  }

  private insert(insert: Tree, around: Ctes): void {
    const target = this.target(insert);
    const ctes = this.with(insert, around);
    const select = node(insert.selectStmt, "SelectStmt");
    if (select && listOf(select.valuesLists).length === 0) this.whole(select, ctes);
    const columns = listOf(insert.cols).map((column) => textOf(node(column, "ResTarget")?.name));
    this.numbers(insert, columns);
    if (!target) return;
    if (target.kind === "distributed" && columns.length > 0 && !columns.includes(target.column))
      this.note(`an INSERT without ${target.column}, by which the rows are spread`);
    const conflict = isTree(insert.onConflictClause) ? insert.onConflictClause : undefined;
    if (!conflict) return;
    const setting = [conflict.targetList, conflict.whereClause];
    if (some(setting, "SubLink")) this.note("a subquery in DO UPDATE");
    for (const call of each(setting, "FuncCall"))
      if (!immutable.test(functionName(call)))
        this.note(`${functionName(call)}() in DO UPDATE, which must be IMMUTABLE`);
    for (const column of listOf(conflict.targetList))
      if (
        target.kind === "distributed" &&
        textOf(node(column, "ResTarget")?.name) === target.column
      )
        this.note(`DO UPDATE of ${target.column}, by which the rows are spread`);
    this.arithmetic(setting);
  }

  /** Numbers of rows are given on the coordinator, to rows that come from nowhere else. */
  private numbers(insert: Tree, columns: readonly string[]): void {
    const relation = isTree(insert.relation) ? textOf(insert.relation.relname) : "";
    const column = numbered[relation];
    if (column === undefined || columns.length === 0 || columns.includes(column)) return;
    const sources = [...each([insert.selectStmt, insert.withClause], "RangeVar")];
    if (sources.some((range) => placementOf(textOf(range.relname))))
      this.note(
        `rows of ${relation} that are numbered by themselves, made of tables of the cluster`,
      );
  }

  private target(statement: Tree): Placement | undefined {
    const relation = isTree(statement.relation) ? statement.relation : {};
    return placementOf(textOf(relation.relname));
  }

  private change(statement: Tree, from: unknown[], around: Ctes, what: "UPDATE" | "DELETE"): void {
    const ctes = this.with(statement, around);
    const scope = new Scope(null);
    const relation = isTree(statement.relation) ? statement.relation : {};
    const target = this.enter(
      scope,
      this.table({ ...relation, alias: relation.alias }, scope, new Map()),
    );
    for (const item of from) this.from(item, scope, ctes);
    scope.learn(statement.whereClause);
    const links = this.links([statement.whereClause, statement.targetList], scope, ctes);
    const isSpread = scope.distributed.length > 0 || links.some((link) => link.distributed);
    if (
      target.kind === "local" &&
      [...each(statement, "RangeVar")].some((range) => placementOf(textOf(range.relname)))
    )
      this.note("a change of a table of the coordinator by tables that are not");
    if (!isSpread && target.kind !== "reference") return;
    const oneShard = scope.isOneShard && links.every((link) => link.oneShard || !link.distributed);
    const name = aliasOf(relation) ?? textOf(relation.relname);
    if (target.kind !== "distributed" && isSpread)
      this.note(`${what} of ${name}, which is not distributed, by rows of a distributed table`);
    if (target.kind === "reference" && scope.items.some(({ kind }) => kind === "local"))
      this.note(`${what} of ${name} by a table of the coordinator`);
    if (target.kind === "distributed") this.level(scope, links, [], oneShard);
    for (const ref of each(statement, "ColumnRef"))
      if (columnOf({ ColumnRef: ref })?.name === "ctid")
        this.note("ctid, which says nothing across shards");
    const placement = placementOf(textOf(relation.relname));
    if (what === "UPDATE" && placement?.kind === "distributed")
      for (const column of listOf(statement.targetList))
        if (textOf(node(column, "ResTarget")?.name) === placement.column)
          this.note(`UPDATE of ${placement.column}, by which the rows are spread`);
    const changed = [statement.whereClause, statement.targetList, statement.returningClause];
    for (const call of each(changed, "FuncCall"))
      if (stable.test(functionName(call)) && some(call.args, "ColumnRef"))
        this.note(`${functionName(call)}() of a column in a modification`);
    this.arithmetic(changed);
  }

  /** A time and an interval make a time that hangs on the time zone. */
  private arithmetic(value: unknown): void {
    for (const expression of each(value, "A_Expr")) {
      if (!["+", "-"].includes(namesOf(expression.name).at(-1) ?? "")) continue;
      const intervals = [...each([expression.lexpr, expression.rexpr], "TypeCast")].filter((cast) =>
        namesOf(isTree(cast.typeName) ? cast.typeName.names : []).includes("interval"),
      );
      if (intervals.length > 0 && some(expression, "ColumnRef"))
        this.note("a column plus or minus an interval in a modification");
    }
  }
}

let ready: Promise<void> | undefined;

/** Loads PostgreSQL's parser; once before `brokenRules`. */
export async function loadParser(): Promise<void> {
  ready ??= loadModule();
  await ready;
}

/** What Citus would refuse of the tables that a text of SQL makes, in words; nothing where it works. */
export function brokenSchemaRules(sql: string): string[] {
  return (parseSync(sql).stmts ?? []).flatMap(({ stmt }) => schemaRules(stmt));
}

/** The machines are sent the text in which a table is altered as it came, and take one statement only. */
function alteredAlong(statements: unknown): string[] {
  const relations = ["AlterTableStmt", "IndexStmt", "RenameStmt"].flatMap((kind) =>
    [...each(statements, kind)].map(({ relation }) =>
      isTree(relation) ? textOf(relation.relname) : "",
    ),
  );
  return relations
    .filter((name) => placementOf(name))
    .map((name) => `a change of how ${name} is made, along with other statements in one text`);
}

/** What Citus would refuse in a text of SQL, in words; nothing where it works. @throws when it is no SQL. */
export function brokenRules(sql: string): string[] {
  const { stmts } = parseSync(sql);
  const reader = new StatementReader();
  for (const { stmt } of stmts ?? []) reader.statement(stmt);
  return [...reader.problems, ...((stmts ?? []).length > 1 ? alteredAlong(stmts) : [])];
}

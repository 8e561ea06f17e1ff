import { parseSync } from "libpg-query";
import { type Placement, placementOf } from "../../distribution";
import { each, isTree, listOf, namesOf, node, type Tree, textOf } from "./tree";

function relationOf(statement: Tree): { name: string; placement: Placement | undefined } {
  const relation = isTree(statement.relation) ? statement.relation : {};
  const name = textOf(relation.relname);
  return { name, placement: placementOf(name) };
}

/** What Citus would refuse of the tables, indexes and triggers that a statement makes. */
export function schemaRules(statement: unknown): string[] {
  const problems: string[] = [];
  const trigger = node(statement, "CreateTrigStmt");
  if (trigger) {
    const { name, placement } = relationOf(trigger);
    if (placement) problems.push(`a trigger on ${name}`);
  }
  const index = node(statement, "IndexStmt");
  if (index?.unique === true) {
    const { name, placement } = relationOf(index);
    const columns = listOf(index.indexParams).map((item) => textOf(node(item, "IndexElem")?.name));
    if (placement?.kind === "distributed" && !columns.includes(placement.column))
      problems.push(`a unique index of ${name} without ${placement.column}`);
  }
  const table = node(statement, "CreateStmt") ?? node(statement, "AlterTableStmt");
  if (!table) return problems;
  const { name, placement } = relationOf(table);
  for (const constraint of each(table, "Constraint")) {
    if (constraint.contype === "CONSTR_FOREIGN") {
      const other = isTree(constraint.pktable) ? textOf(constraint.pktable.relname) : "";
      const isSpread = [placement, placementOf(other)].some((at) => at?.kind === "distributed");
      if (isSpread) problems.push(`a foreign key from ${name} to ${other}`);
    }
    if (placement?.kind !== "distributed") continue;
    if (constraint.contype !== "CONSTR_PRIMARY" && constraint.contype !== "CONSTR_UNIQUE") continue;
    const keys = namesOf(constraint.keys);
    const ofColumn = [...each(table, "ColumnDef")].find((column) =>
      listOf(column.constraints).some((item) => node(item, "Constraint") === constraint),
    );
    if (![...keys, textOf(ofColumn?.colname)].includes(placement.column))
      problems.push(`a key of ${name} without ${placement.column}`);
  }
  return problems;
}

/** The tables that a text of SQL makes whose rows are numbered, each with the column that has the number. */
export function numberedColumns(sql: string): [table: string, column: string][] {
  return [...each(parseSync(sql).stmts, "CreateStmt")].flatMap((table) =>
    [...each(table.tableElts, "ColumnDef")].flatMap((column): [string, string][] => {
      const type = namesOf(isTree(column.typeName) ? column.typeName.names : []).at(-1) ?? "";
      const isIdentity = listOf(column.constraints).some(
        (item) => node(item, "Constraint")?.contype === "CONSTR_IDENTITY",
      );
      return isIdentity || /serial$/.test(type)
        ? [[relationOf(table).name, textOf(column.colname)]]
        : [];
    }),
  );
}

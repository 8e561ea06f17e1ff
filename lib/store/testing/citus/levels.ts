import { placementOf } from "../../distribution";
import { type Item, Scope } from "./items";
import {
  aliasOf,
  callsOf,
  isAggregate,
  partitionOf,
  recurring,
  refersTo,
  targetOf,
} from "./select-parts";
import {
  columnOf,
  each,
  functionName,
  isTree,
  listOf,
  node,
  outsideSubqueries,
  some,
  type Tree,
  textOf,
} from "./tree";

/** A query in parentheses, or a whole statement, as Citus sees it. */
export interface Shape {
  /** Whether rows of distributed tables are read where it runs; false once they were gathered. */
  distributed: boolean;
  /** Whether tables of the coordinator are read. */
  local: boolean;
  /** Its columns that hold the key. */
  keys: string[];
  /** Whether it refers to the rows of a query around it. */
  correlated: boolean;
  oneShard: boolean;
  /** Whether it has no columns at all, as in `EXISTS (SELECT FROM …)`: rows of none cannot be gathered. */
  bare: boolean;
  /** Why each shard could not answer it for itself; null where it can. */
  refusal: string | null;
  /** Notes what Citus refuses when this is planned by itself. */
  gather: () => void;
}

const withoutColumns = "a subquery without columns, whose rows would have to be gathered";

/** What a WITH clause calls by a name: rows that were gathered, or a query that is put in its place. */
export type Ctes = ReadonlyMap<string, "gathered" | Tree>;

/**
 * Reads statements as the planner of Citus does, and notes what it refuses.
 * Stricter than Citus where the versions differ or the tests of Citus do not
 * show that it works.
 */
export class Levels {
  readonly problems = new Set<string>();

  note(problem: string): void {
    this.problems.add(problem);
  }

  /** A query that is planned by itself. */
  whole(select: Tree, ctes: Ctes): Shape {
    const shape = this.select(select, null, ctes);
    shape.gather();
    return shape;
  }

  select(select: Tree, outer: Scope | null, around: Ctes): Shape {
    const ctes = this.with(select, around);
    if (select.op !== undefined && select.op !== "SETOP_NONE")
      return this.union(select, outer, ctes);
    const scope = new Scope(outer);
    for (const item of listOf(select.fromClause)) this.from(item, scope, ctes);
    scope.learn(select.whereClause);
    const distributed = scope.distributed.length > 0;
    const links = [
      ...this.links(select.whereClause, scope, ctes),
      ...this.links(select.havingClause, scope, ctes),
      ...this.links(
        listOf(select.fromClause).map((item) => node(item, "JoinExpr")?.quals),
        scope,
        ctes,
      ),
    ];
    const shown = this.links(select.targetList, scope, ctes);
    const oneShard =
      scope.isOneShard && [...links, ...shown].every((link) => link.oneShard || !link.distributed);
    this.level(scope, links, shown, oneShard);
    this.wholeRows(select, scope);
    const inner = [...links, ...shown];
    const bare = listOf(select.targetList).length === 0;
    const local =
      scope.items.some(({ kind }) => kind === "local") || inner.some((link) => link.local);
    return {
      distributed,
      local,
      keys: distributed ? this.keysOf(select, scope) : [],
      correlated: outer !== null && refersTo(select, outer),
      oneShard,
      bare,
      refusal: distributed && !oneShard ? this.refusal(select, scope) : null,
      gather: () => {
        if (distributed && bare) this.note(withoutColumns);
        if (distributed && !oneShard) this.top(select, scope);
      },
    };
  }

  /** What a WITH clause adds to the names that are known. */
  with(statement: Tree, around: Ctes): Ctes {
    const clause = isTree(statement.withClause) ? statement.withClause : undefined;
    if (!clause) return around;
    const known = new Map(around);
    for (const item of listOf(clause.ctes)) {
      const cte = node(item, "CommonTableExpr");
      if (!cte) continue;
      const name = textOf(cte.ctename);
      const query = node(cte.ctequery, "SelectStmt");
      const times = [...each(statement, "RangeVar")].filter((ref) => ref.relname === name).length;
      if (clause.recursive === true) this.note(`WITH RECURSIVE ${name}`);
      if (query && times === 1 && cte.ctematerialized !== "CTEMaterializeAlways") {
        known.set(name, query);
        continue;
      }
      if (query) this.whole(query, known);
      else {
        this.modification(cte.ctequery, known);
        // Statements of their own are as quick, and Citus' tests show no such thing.
        if (times === 0) this.note(`${name}, a change within a statement that nobody reads`);
      }
      known.set(name, "gathered");
    }
    return known;
  }

  /** Data-modifying statements; `StatementReader` knows them. */
  modification(_statement: unknown, _ctes: Ctes): void {}

  /** Each side is planned by itself; what comes of them is put together on the coordinator. */
  private union(select: Tree, outer: Scope | null, ctes: Ctes): Shape {
    let correlated = false;
    for (const side of [select.larg, select.rarg]) {
      if (!isTree(side)) continue;
      const shape = this.select(side, outer, ctes);
      correlated ||= shape.correlated;
      if (shape.distributed && shape.correlated)
        this.note("a UNION that refers to the rows of a query around it");
      shape.gather();
    }
    const nothing = () => undefined;
    return {
      distributed: false,
      local: false,
      keys: [],
      correlated,
      oneShard: false,
      bare: false,
      refusal: null,
      gather: nothing,
    };
  }

  /** Enters the items of a FROM clause. */
  from(value: unknown, scope: Scope, ctes: Ctes): Item[] {
    const range = node(value, "RangeVar");
    if (range) return [this.enter(scope, this.table(range, scope, ctes))];
    const subselect = node(value, "RangeSubselect");
    if (subselect) return [this.enter(scope, this.subselect(subselect, scope, ctes))];
    const called = node(value, "RangeFunction");
    if (called) return [this.enter(scope, this.function(called, scope))];
    const join = node(value, "JoinExpr");
    if (!join) return [];
    const left = this.from(join.larg, scope, ctes);
    const right = this.from(join.rarg, scope, ctes);
    scope.learn(join.quals);
    this.outerJoin(textOf(join.jointype), left, right);
    return [...left, ...right];
  }

  enter(scope: Scope, item: Item): Item {
    scope.items.push(item);
    return item;
  }

  private outerJoin(type: string, left: readonly Item[], right: readonly Item[]): void {
    const isSpread = (items: readonly Item[]) => items.some(({ kind }) => kind === "distributed");
    if (type === "JOIN_FULL" && (isSpread(left) || isSpread(right)))
      this.note("a FULL JOIN with a distributed table");
    const [kept, other] = type === "JOIN_RIGHT" ? [right, left] : [left, right];
    if ((type === "JOIN_LEFT" || type === "JOIN_RIGHT") && !isSpread(kept) && isSpread(other))
      this.note("an outer join that keeps rows that every shard has");
  }

  table(range: Tree, scope: Scope, ctes: Ctes): Item {
    const relation = textOf(range.relname);
    const name = aliasOf(range) ?? relation;
    const cte = ctes.get(relation);
    if (cte === "gathered") return recurring(name);
    if (cte) return this.query(name, cte, scope.outer, ctes);
    const placement = placementOf(relation);
    if (placement?.kind === "distributed")
      return { name, kind: "distributed", keys: [placement.column], isTable: true };
    return { name, kind: placement?.kind ?? "local", keys: [], isTable: true };
  }

  private subselect(subselect: Tree, scope: Scope, ctes: Ctes): Item {
    const name = aliasOf(subselect) ?? "";
    const select = node(subselect.subquery, "SelectStmt");
    if (!select) return recurring(name);
    if (subselect.lateral === true) {
      const shape = this.select(select, scope, ctes);
      if (shape.distributed && shape.refusal !== null)
        this.note(`a LATERAL subquery with ${shape.refusal}`);
      if (!shape.distributed) return { ...recurring(name), leans: true };
      return { name, kind: "distributed", keys: shape.keys, isTable: false };
    }
    return this.query(name, select, scope.outer, ctes);
  }

  /** A query in FROM: each shard answers it for itself, or it is gathered before. */
  private query(name: string, select: Tree, outer: Scope | null, ctes: Ctes): Item {
    const shape = this.select(select, outer, ctes);
    if (!shape.distributed) return recurring(name);
    if (shape.refusal === null && !shape.oneShard)
      return {
        name,
        kind: "distributed",
        keys: shape.keys,
        isTable: false,
        gather: shape.gather,
      };
    if (shape.correlated)
      this.note(
        `a subquery that refers to a query around it, with ${shape.refusal ?? "one shard"}`,
      );
    shape.gather();
    return recurring(name);
  }

  private function(called: Tree, scope: Scope): Item {
    const calls = listOf(called.functions).flatMap((item) => {
      const call = node(listOf(node(item, "List")?.items)[0], "FuncCall");
      return call ? [call] : [];
    });
    const wide =
      calls.length > 1 ||
      calls.some((call) => listOf(call.args).length > 1 && functionName(call) === "unnest");
    return {
      ...recurring(aliasOf(called) ?? ""),
      leans: refersTo({ calls }, scope),
      wide: wide || called.ordinality === true,
    };
  }

  /** The subqueries of an expression, those within them left out. */
  links(expression: unknown, scope: Scope, ctes: Ctes): Shape[] {
    return [...each(expression, "SubLink", outsideSubqueries)].flatMap((link) => {
      const select = node(link.subselect, "SelectStmt");
      return select ? [this.select(select, scope, ctes)] : [];
    });
  }

  /** The rules of a query's own level. */
  level(scope: Scope, links: readonly Shape[], shown: readonly Shape[], oneShard: boolean): void {
    const { distributed } = scope;
    for (const link of shown)
      if ((link.distributed || distributed.length > 0) && !oneShard)
        this.note("a subquery in the list of columns");
    if (distributed.length === 0) {
      for (const link of links) {
        if (link.distributed && link.correlated)
          this.note("a subquery on a distributed table that refers to rows which every shard has");
        link.gather();
      }
      return;
    }
    for (const item of scope.items)
      if (item.kind === "local")
        this.note(`${item.name || "a table"} of the coordinator beside a distributed table`);
    if (oneShard) return;
    this.joined(scope);
    for (const item of scope.items) {
      if (item.leans)
        this.note("a function, VALUES or subquery made of a distributed table's rows");
      if (item.wide && scope.items.length > 1)
        this.note(
          "a function of several columns beside a distributed table: wrap it in a subquery",
        );
    }
    for (const link of links) {
      if (!link.correlated) {
        if (link.local && link.bare) this.note(withoutColumns);
        link.gather();
        continue;
      }
      if (link.local)
        this.note("a subquery on a table of the coordinator, for each row of a distributed one");
      if (link.distributed && link.refusal !== null)
        this.note(`a subquery for each row of a distributed table, with ${link.refusal}`);
    }
  }

  /** A row as one value has a type that each machine numbers for itself. */
  private wholeRows(select: Tree, scope: Scope): void {
    const own = [
      select.targetList,
      select.whereClause,
      select.groupClause,
      select.havingClause,
      select.sortClause,
    ];
    for (const ref of each(own, "ColumnRef", outsideSubqueries)) {
      const column = columnOf({ ColumnRef: ref });
      if (column?.of === null && scope.distributed.some(({ name }) => name === column.name))
        this.note(`a whole row of ${column.name}, of a distributed table`);
    }
  }

  /** Distributed tables must meet on their keys; a subquery that does not is gathered before. */
  private joined(scope: Scope): void {
    const [anchor] = scope.distributed.filter(({ isTable }) => isTable).concat(scope.distributed);
    if (!anchor) return;
    for (const item of scope.distributed) {
      if (item === anchor || scope.equalities.areEqual(scope.keyOf(anchor), scope.keyOf(item)))
        continue;
      if (item.gather) {
        item.gather();
        item.kind = "recurring";
      } else this.note(`${anchor.name} and ${item.name} joined, but not on their keys`);
    }
  }

  private hasKey(values: readonly unknown[], select: Tree, scope: Scope): boolean {
    return values.some((value) => {
      const shown = targetOf(value, select);
      return scope.distributed.some((item) => scope.isKey(shown, item));
    });
  }

  /** Why a shard could not answer a query on distributed tables for itself; null where it can. */
  private refusal(select: Tree, scope: Scope): string | null {
    if (select.limitCount !== undefined || select.limitOffset !== undefined) return "LIMIT";
    if (select.withClause !== undefined) return "WITH";
    if (select.lockingClause !== undefined) return "FOR UPDATE";
    const groups = listOf(select.groupClause);
    if (some(groups, "GroupingSet")) return "GROUPING SETS";
    if (groups.length > 0 && !this.hasKey(groups, select, scope)) return "GROUP BY without the key";
    if (groups.length === 0 && callsOf(select).some(isAggregate)) return "a sum without GROUP BY";
    const distinct = listOf(select.distinctClause);
    const columns = listOf(select.targetList).map((target) => node(target, "ResTarget")?.val);
    if (distinct.length > 0 && !this.hasKey(columns, select, scope))
      return "DISTINCT without the key";
    const windows = [...each(select, "FuncCall", outsideSubqueries)].filter((call) =>
      isTree(call.over),
    );
    for (const call of windows)
      if (!this.hasKey(partitionOf(call, select), select, scope)) return "a window without the key";
    return null;
  }

  /** What a query that is planned by itself may not have. */
  private top(select: Tree, scope: Scope): void {
    const groups = listOf(select.groupClause);
    if (some(groups, "GroupingSet")) this.note("GROUPING SETS on a distributed table");
    if (select.lockingClause !== undefined) this.note("FOR UPDATE without the key of one shard");
    if (select.limitOption === "LIMIT_OPTION_WITH_TIES") this.note("FETCH FIRST … WITH TIES");
    if (this.hasKey(groups, select, scope)) return;
    if (
      callsOf(select).some(
        (call) => listOf(call.agg_order).length > 0 && call.agg_within_group !== true,
      )
    )
      this.note("an aggregate with ORDER BY, not grouped by the key");
  }

  private keysOf(select: Tree, scope: Scope): string[] {
    return listOf(select.targetList).flatMap((value) => {
      const target = node(value, "ResTarget");
      if (!target) return [];
      const column = columnOf(target.val);
      if (column?.name === null) {
        const items = scope.items.filter(({ name }) => column.of === null || column.of === name);
        return items.filter(({ kind }) => kind === "distributed").flatMap(({ keys }) => [...keys]);
      }
      if (!column || !scope.distributed.some((item) => scope.isKey(target.val, item))) return [];
      return [textOf(target.name) || column.name];
    });
  }
}

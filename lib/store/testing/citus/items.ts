import { bare, columnOf, conjuncts, equation, node } from "./tree";

/** Something in a FROM clause. */
export interface Item {
  name: string;
  /** `recurring`: the same rows whatever shard is asked (a function, values, a result that was gathered before). */
  kind: "distributed" | "recurring" | "reference" | "local";
  /** Columns that hold the value by which the rows are spread. */
  keys: readonly string[];
  /** A table rather than a subquery. */
  isTable: boolean;
  /** Made of the rows of what stands before it. */
  leans?: boolean;
  /** A function of several columns, or with numbers of rows: Citus mistakes their types in a join. */
  wide?: boolean;
  /** Plans this subquery by itself and gathers its rows on the coordinator. */
  gather?: () => void;
}

/** Which columns are equal, as far as conditions say that must all be true. */
export class Equalities {
  private readonly parents = new Map<string, string>();

  private find(key: string): string {
    const parent = this.parents.get(key) ?? key;
    return parent === key ? key : this.find(parent);
  }

  /** Whether a column is equal to a parameter or a constant. */
  isGiven(key: string): boolean {
    const names = new Set([...this.parents.keys(), ...this.parents.values()]);
    return [...names].some(
      (name) => !name.includes("*") && /^[$c]/.test(name) && this.areEqual(name, key),
    );
  }

  private join(a: string, b: string): void {
    this.parents.set(this.find(a), this.find(b));
  }

  areEqual(a: string, b: string): boolean {
    return this.find(a) === this.find(b);
  }

  /** @param nameOf what a column or constant is called here; null for other expressions. */
  learn(condition: unknown, nameOf: (value: unknown) => string | null): void {
    for (const part of conjuncts(condition)) {
      const sides = equation(part);
      const [a, b] = sides ? [nameOf(sides[0]), nameOf(sides[1])] : [null, null];
      if (a !== null && b !== null) this.join(a, b);
    }
  }
}

/** What FROM clauses make visible, the innermost first. */
export class Scope {
  private static count = 0;
  private readonly id = Scope.count++;
  readonly items: Item[] = [];
  readonly equalities: Equalities;

  constructor(readonly outer: Scope | null) {
    this.equalities = outer?.equalities ?? new Equalities();
  }

  /** The item that a column belongs to, and how many queries further out it lies. */
  resolve(of: string | null, name: string | null): { item: Item; depth: number } | null {
    const item =
      of === null
        ? (this.items.find(({ keys }) => name !== null && keys.includes(name)) ??
          (this.items.length === 1 ? this.items[0] : undefined))
        : this.items.find((other) => other.name === of);
    if (item) return { item, depth: 0 };
    // An unqualified name is taken for a column of the nearest query.
    if (of === null || this.outer === null) return null;
    const found = this.outer.resolve(of, name);
    return found && { item: found.item, depth: found.depth + 1 };
  }

  private scopeOf(depth: number): Scope {
    return depth === 0 || this.outer === null ? this : this.outer.scopeOf(depth - 1);
  }

  private idOf(item: Item, depth: number): string {
    return `${this.scopeOf(depth).id}.${item.name}`;
  }

  private nameOf(value: unknown): string | null {
    const column = columnOf(value);
    if (column) {
      const found = this.resolve(column.of, column.name);
      if (!found) return null;
      const { item, depth } = found;
      const isKey = column.name !== null && item.keys.includes(column.name);
      return `${this.idOf(item, depth)}.${isKey ? "*key" : column.name}`;
    }
    const parameter = node(bare(value), "ParamRef");
    if (parameter) return `$${parameter.number}`;
    const constant = node(bare(value), "A_Const");
    return constant ? `constant ${JSON.stringify({ ...constant, location: 0 })}` : null;
  }

  learn(condition: unknown): void {
    this.equalities.learn(condition, (value) => this.nameOf(value));
  }

  keyOf(item: Item): string {
    return `${this.idOf(item, 0)}.*key`;
  }

  /** Whether an expression is a column that holds this item's key, or is equal to it. */
  isKey(value: unknown, item: Item): boolean {
    const name = this.nameOf(value);
    return name !== null && this.equalities.areEqual(name, this.keyOf(item));
  }

  /** Whether every row that is asked for lies in one and the same shard. */
  get isOneShard(): boolean {
    const [first, ...others] = this.distributed.map((item) => this.keyOf(item));
    return (
      first !== undefined &&
      this.equalities.isGiven(first) &&
      others.every((key) => this.equalities.areEqual(first, key))
    );
  }

  /** Whether a name is that of an item here or further out. */
  sees(name: string): boolean {
    return this.items.some((item) => item.name === name) || this.outer?.sees(name) === true;
  }

  get distributed(): Item[] {
    return this.items.filter(({ kind }) => kind === "distributed");
  }
}

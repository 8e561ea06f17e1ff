/**
 * Answers as a page carries them to its browser. Thousands of requests repeat the same names of fields, nodes and
 * paths: packed, each is there once, and a row is a few small numbers. `unpackData` gives back exactly what was packed.
 */

/** Under this key a packed value says what it is; data of its own that has the key is wrapped. */
const kindKey = "~";
/** Fewer rows than this are left as they are. */
const leastRows = 6;

interface Columns {
  "~": "rows";
  count: number;
  columns: Record<string, unknown>;
}
interface Lists {
  "~": "lists";
  sizes: number[];
  items: unknown;
}
interface Words {
  "~": "words";
  words: unknown[];
  at: number[];
}
interface Times {
  "~": "times";
  /** Milliseconds, each from the one before. */
  steps: number[];
}
interface Same {
  "~": "same";
  count: number;
  value: unknown;
}
interface Plain {
  "~": "plain";
  value: Record<string, unknown>;
}

type Packed = Columns | Lists | Words | Times | Same | Plain;
type Row = Record<string, unknown>;

function isRow(value: unknown): value is Row {
  if (typeof value !== "object" || value === null) return false;
  const made = Object.getPrototypeOf(value);
  return made === Object.prototype || made === null;
}

function isPacked(value: Row): value is Row & Packed {
  return typeof value[kindKey] === "string";
}

/** As it is sent: plain values, lists and objects, smaller. */
export function packData(value: unknown): unknown {
  if (Array.isArray(value)) return packList(value);
  if (!isRow(value)) return value;
  const packed: Row = {};
  for (const [key, part] of Object.entries(value)) {
    if (part !== undefined) define(packed, key, packData(part));
  }
  return Object.hasOwn(value, kindKey) ? ({ "~": "plain", value: packed } satisfies Plain) : packed;
}

function packList(list: readonly unknown[]): unknown {
  if (list.every(isSmall)) return list;
  if (list.length < leastRows) return list.map(packData);
  return (
    packRows(list) ?? packLists(list) ?? packTimes(list) ?? packWords(list) ?? list.map(packData)
  );
}

/** Objects with the same fields: a list for each field. */
function packRows(list: readonly unknown[]): Columns | null {
  if (!isRow(list[0])) return null;
  const rows = list.filter(isRow);
  const keys = fieldsOf(list[0]);
  if (rows.length < list.length || keys.length === 0) return null;
  if (!rows.every((row) => hasFields(row, keys))) return null;
  const columns: Row = {};
  for (const key of keys) define(columns, key, packColumn(rows.map((row) => row[key])));
  return { "~": "rows", count: rows.length, columns };
}

function packColumn(values: readonly unknown[]): unknown {
  const [first] = values;
  if (typeof first !== "object" && values.every((value) => Object.is(value, first)))
    return { "~": "same", count: values.length, value: first } satisfies Same;
  return packList(values);
}

/** Lists of lists: their sizes, and all of their items in one. */
function packLists(list: readonly unknown[]): Lists | null {
  const lists = list.filter((one): one is unknown[] => Array.isArray(one));
  // Lists of numbers, such as a heatmap's rows, are as small as they get.
  if (lists.length < list.length || lists.every((one) => one.every(isSmall))) return null;
  return { "~": "lists", sizes: lists.map((one) => one.length), items: packList(lists.flat()) };
}

function isSmall(value: unknown): boolean {
  return value === null || typeof value === "number" || typeof value === "boolean";
}

function packTimes(list: readonly unknown[]): Times | null {
  let before = 0;
  const steps: number[] = [];
  for (const value of list) {
    if (typeof value !== "string" || value.length !== 24) return null;
    const at = Date.parse(value);
    if (Number.isNaN(at) || new Date(at).toISOString() !== value) return null;
    steps.push(at - before);
    before = at;
  }
  return { "~": "times", steps };
}

/** Texts that come again, and objects that do, each once. */
function packWords(list: readonly unknown[]): Words | null {
  // Texts by themselves, which is most of what comes; anything else by how it is written.
  const texts = new Map<string, number>();
  const others = new Map<string, number>();
  // To write long rows only to find that each is another costs more than they could save.
  const enough = Array.isArray(list[0]) ? 10 : 50;
  const words: unknown[] = [];
  const at: number[] = [];
  for (const value of list) {
    const places = typeof value === "string" ? texts : others;
    const name = typeof value === "string" ? value : JSON.stringify(value);
    if (name === undefined) return null;
    let place = places.get(name);
    if (place === undefined) {
      place = words.length;
      places.set(name, place);
      words.push(packData(value));
    }
    at.push(place);
    if (words.length > enough && words.length > at.length * 0.7) return null;
  }
  return words.length > list.length * 0.7 ? null : { "~": "words", words, at };
}

/** What was packed. */
export function unpackData(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unpackData);
  if (!isRow(value)) return value;
  if (isPacked(value)) return unpackKind(value);
  const row: Row = {};
  for (const [key, part] of Object.entries(value)) define(row, key, unpackData(part));
  return row;
}

function unpackKind(packed: Packed): unknown {
  switch (packed["~"]) {
    case "plain": {
      const row: Row = {};
      for (const [key, part] of Object.entries(packed.value)) define(row, key, unpackData(part));
      return row;
    }
    case "same":
      return Array.from({ length: packed.count }, () => packed.value);
    case "words": {
      const words = packed.words.map(unpackData);
      return packed.at.map((place) => words[place]);
    }
    case "times": {
      let at = 0;
      return packed.steps.map((step) => {
        at += step;
        return new Date(at).toISOString();
      });
    }
    case "lists": {
      const items = unpackList(packed.items);
      let from = 0;
      return packed.sizes.map((size) => {
        from += size;
        return items.slice(from - size, from);
      });
    }
    case "rows": {
      const columns = Object.entries(packed.columns).map(
        ([key, column]) => [key, unpackList(column)] as const,
      );
      return Array.from({ length: packed.count }, (_, index) => {
        const row: Row = {};
        for (const [key, column] of columns) define(row, key, column[index]);
        return row;
      });
    }
  }
}

function unpackList(value: unknown): unknown[] {
  const list = unpackData(value);
  return Array.isArray(list) ? list : [];
}

function fieldsOf(row: Row): string[] {
  return Object.keys(row).filter((key) => row[key] !== undefined);
}

/** Whether these are a row's fields, in this order. */
function hasFields(row: Row, keys: readonly string[]): boolean {
  let known = 0;
  for (const key in row) {
    if (row[key] === undefined || !Object.hasOwn(row, key)) continue;
    if (key !== keys[known]) return false;
    known += 1;
  }
  return known === keys.length;
}

/** A field as such, whatever it is called: `__proto__` would set something else. */
function define(row: Row, key: string, value: unknown): void {
  if (key === "__proto__")
    Object.defineProperty(row, key, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  else row[key] = value;
}

import { createHash } from "node:crypto";
import type { Pool } from "pg";
import { asUuid } from "@/lib/domain/session-key";
import type { Dictionary } from "./dictionary";
import { enterMissing } from "./enter-missing";

/** What many requests have in common, as a line tells it. */
export interface ShapeFields {
  source: number;
  poolName: string;
  lbName: string;
  nodeName: string | null;
  status: number | null;
  backendStatus: number | null;
  retries: number | null;
  redispatched: boolean | null;
  upgrade: boolean | null;
  method: string | null;
  host: string | null;
  protocol: string | null;
  listener: string | null;
  tlsProtocol: string | null;
  tlsCipher: string | null;
  presented: string | null;
  inserted: string | null;
  persistenceState: string | null;
  termination: string | null;
}

/** A combination that requests have; their rows name it by its id. */
export interface Shape extends ShapeFields {
  /** Ids of it and of its names; filled in before the first row with it is written. */
  id: number;
  pool: number;
  lb: number;
  node: number | null;
}

/** Texts of a shape, and the key of each in a row's `rest` where it is too rare for a shape. */
export const shapeTexts = [
  ["method", "m"],
  ["host", "h"],
  ["protocol", "v"],
  ["listener", "l"],
  ["tlsProtocol", "x"],
  ["tlsCipher", "y"],
  ["presented", "r"],
  ["inserted", "n"],
  ["persistenceState", "z"],
  ["termination", "k"],
] as const;

export interface FoundShape {
  shape: Shape;
  /** Texts that are too rare for a shape; null for none. */
  odd: Record<string, string> | null;
}

/** So many values of one column may stand in shapes; what a client chooses freely must not make ever more of them. */
const mostValues = 500;
/** After so many, shapes hold no more texts that a client chooses. */
const mostShapes = 100_000;
const mostRemembered = 50_000;
const none = "\u0002";
// biome-ignore lint/suspicious/noControlCharactersInRegex: what parts a shape's texts is one of them
const control = /[\u0000-\u001f]/;

/**
 * The shapes of the requests that come in. Of a load balancer's requests nearly
 * all have one of a few hundred combinations of node, status, method and so on;
 * each is stored once, a row holds four bytes of it.
 */
export class Shapes {
  private known = new Map<string, FoundShape>();
  private readonly values = new Map<string, Set<string>>();
  private made = 0;
  private unlearned: Shape[] = [];

  find(fields: ShapeFields): FoundShape {
    const key = textOf(fields, fields.poolName, fields.lbName, fields.nodeName);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const odd: Record<string, string> = {};
    const plain: ShapeFields = { ...fields };
    for (const [name, short] of shapeTexts) {
      const text = fields[name];
      if (text === null || this.isCommon(name, text)) continue;
      odd[short] = text;
      plain[name] = null;
    }
    if (Object.keys(odd).length === 0) return this.enter(key, plain);
    const plainKey = textOf(plain, plain.poolName, plain.lbName, plain.nodeName);
    const { shape } = this.known.get(plainKey) ?? this.enter(plainKey, plain);
    return { shape, odd };
  }

  private isCommon(name: string, text: string): boolean {
    let values = this.values.get(name);
    if (values === undefined) {
      values = new Set();
      this.values.set(name, values);
    }
    if (values.has(text)) return true;
    if (values.size >= mostValues || this.made >= mostShapes || control.test(text)) return false;
    values.add(copyOf(text));
    return true;
  }

  private enter(key: string, fields: ShapeFields): FoundShape {
    const shape: Shape = {
      ...fields,
      poolName: copyOf(fields.poolName),
      lbName: copyOf(fields.lbName),
      nodeName: fields.nodeName === null ? null : copyOf(fields.nodeName),
      id: 0,
      pool: -1,
      lb: -1,
      node: null,
    };
    for (const [name] of shapeTexts) {
      const text = fields[name];
      shape[name] = text === null ? null : copyOf(text);
    }
    if (this.known.size >= mostRemembered) this.known = new Map();
    const found = { shape, odd: null };
    this.known.set(copyOf(key), found);
    this.unlearned.push(shape);
    this.made += 1;
    return found;
  }

  /**
   * Finds the ids of shapes that are new here, and of their names.
   * @returns pools in which a node's name is new.
   */
  async learn(db: Pool, dictionary: Dictionary): Promise<number[]> {
    // Those of now: lines are read, and shapes found, while the database answers.
    const shapes = [...this.unlearned];
    if (shapes.length === 0) return [];
    await dictionary.learnPools(shapes.map((shape) => shape.poolName));
    await dictionary.learnLbs(shapes.map((shape) => shape.lbName));
    const nodes: [number, string][] = [];
    for (const shape of shapes) {
      shape.pool = dictionary.pool(shape.poolName);
      shape.poolName = dictionary.poolName(shape.poolName);
      shape.lb = dictionary.lb(shape.lbName);
      shape.lbName = dictionary.lbName(shape.lbName);
      if (shape.nodeName !== null) nodes.push([shape.pool, shape.nodeName]);
    }
    const newlyNamed = await dictionary.learnNodes(nodes);
    for (const shape of shapes)
      if (shape.nodeName !== null) shape.node = dictionary.node(shape.pool, shape.nodeName);
    await storeShapes(db, shapes);
    const learned = new Set(shapes);
    this.unlearned = this.unlearned.filter((shape) => !learned.has(shape));
    return newlyNamed;
  }
}

/** A copy: what was cut out of a line would keep the whole line in memory. */
function copyOf(text: string): string {
  return Buffer.from(text).toString();
}

function textOf(
  fields: ShapeFields,
  pool: string | number,
  lb: string | number,
  node: string | number | null,
): string {
  return `${fields.source}\u0001${pool}\u0001${lb}\u0001${node ?? none}\u0001${fields.status ?? none}\u0001${
    fields.backendStatus ?? none
  }\u0001${fields.retries ?? none}\u0001${fields.redispatched ?? none}\u0001${fields.upgrade ?? none}\u0001${
    fields.method ?? none
  }\u0001${fields.host ?? none}\u0001${fields.protocol ?? none}\u0001${fields.listener ?? none}\u0001${
    fields.tlsProtocol ?? none
  }\u0001${fields.tlsCipher ?? none}\u0001${fields.presented ?? none}\u0001${fields.inserted ?? none}\u0001${
    fields.persistenceState ?? none
  }\u0001${fields.termination ?? none}`;
}

/** What a shape is known by in the database, whoever enters it: a hash of its ids and texts. */
function keyOf(shape: Shape): string {
  const text = textOf(shape, shape.pool, shape.lb, shape.node);
  return asUuid(createHash("sha256").update(text).digest("hex"));
}

async function storeShapes(db: Pool, shapes: readonly Shape[]): Promise<void> {
  const byKey = new Map<string, Shape[]>();
  for (const shape of shapes) {
    const key = keyOf(shape);
    const same = byKey.get(key);
    if (same) same.push(shape);
    else byKey.set(key, [shape]);
  }
  const ids = new Map<string, number>();
  await enterMissing([...byKey.keys()].sort(), {
    has: (key) => ids.has(key),
    find: async (keys) => {
      const { rows } = await db.query<{ id: number; key: string }>(
        "SELECT id, key FROM shapes WHERE key = ANY ($1::uuid[])",
        [keys],
      );
      for (const { id, key } of rows) ids.set(key, id);
    },
    enter: (keys) => insertShapes(db, keys, byKey),
  });
  for (const [key, id] of ids) for (const shape of byKey.get(key) ?? []) shape.id = id;
}

async function insertShapes(
  db: Pool,
  keys: readonly string[],
  byKey: ReadonlyMap<string, readonly Shape[]>,
): Promise<void> {
  const rows = keys.flatMap((key) => byKey.get(key)?.slice(0, 1) ?? []);
  await db.query(
    `INSERT INTO shapes (key, source, pool, lb, node, status, backend_status, retries, redispatched, upgrade,
       method, host, protocol, listener, tls_protocol, tls_cipher, presented, inserted, persistence_state, termination)
     SELECT w.* FROM unnest($1::uuid[], $2::integer[], $3::integer[], $4::integer[], $5::integer[], $6::smallint[],
       $7::smallint[], $8::smallint[], $9::boolean[], $10::boolean[], $11::text[], $12::text[], $13::text[],
       $14::text[], $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::text[])
       AS w (key, source, pool, lb, node, status, backend_status, retries, redispatched, upgrade,
         method, host, protocol, listener, tls_protocol, tls_cipher, presented, inserted, persistence_state, termination)
     ON CONFLICT (key) DO NOTHING`,
    [
      keys,
      rows.map((row) => row.source),
      rows.map((row) => row.pool),
      rows.map((row) => row.lb),
      rows.map((row) => row.node),
      rows.map((row) => row.status),
      rows.map((row) => row.backendStatus),
      rows.map((row) => row.retries),
      rows.map((row) => row.redispatched),
      rows.map((row) => row.upgrade),
      ...shapeTexts.map(([name]) => rows.map((row) => row[name])),
    ],
  );
}

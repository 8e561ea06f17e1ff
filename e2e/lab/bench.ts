import type { Pool } from "pg";
import { Settler } from "@/lib/correlate/settler";
import type { Chance } from "@/lib/demo/chance";
import { Ingestion } from "@/lib/ingest/ingestion";
import { rulesOf } from "@/lib/ingest/source-rules";
import { lookup } from "@/lib/reports/lookup";
import { timeline } from "@/lib/reports/timeline";
import type { SourceInput } from "@/lib/schemas/ingest";
import { cut, shuffled, verdictOf } from "./hopwatch";
import type { SessionVerdict } from "./judge";
import type { Play } from "./stage";
import { sessionsOf } from "./truth";

/** Ingestion, settling and reading on a database, without a server around them. */
export class Bench {
  readonly #ingestion: Ingestion;
  readonly #settler: Settler;
  readonly #errors: unknown[] = [];
  readonly #secret = Buffer.from("a secret for the lab only, 32 byte");

  constructor(
    private readonly db: Pool,
    private readonly now: () => number,
  ) {
    this.#ingestion = new Ingestion({
      pool: db,
      secret: this.#secret,
      now,
      maxBody: 1e9,
      onWritten: (written) => this.#settler.kick(written.named),
    });
    this.#settler = new Settler({
      pool: db,
      now,
      onSettled: () => undefined,
      onError: (error) => this.#errors.push(error),
    });
  }

  async declare(name: string, definition: SourceInput) {
    const { format = "auto", formatString, lb, pool, timezone } = definition;
    const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
    const { rows } = await this.db.query<{ id: number }>(
      `INSERT INTO sources (name, format, format_string, lb, pool, timezone, session, correlation, affinity, nodes, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now()) RETURNING id`,
      [
        name,
        format,
        formatString ?? null,
        lb ?? null,
        pool ?? null,
        timezone ?? null,
        json(definition.session),
        json(definition.correlation),
        json(definition.affinity),
        json(definition.nodes),
      ],
    );
    return rulesOf({
      id: rows[0]?.id ?? 0,
      name,
      format,
      formatString: formatString ?? null,
      lb: lb ?? null,
      pool: pool ?? null,
      timezone: timezone ?? null,
      session: definition.session ?? null,
      correlation: definition.correlation ?? null,
      affinity: definition.affinity ?? null,
      nodes: definition.nodes ?? null,
      demo: false,
    });
  }

  /** Takes in all that a play left behind, cut into batches and in no order; answers what was rejected. */
  async ship(play: Play, chance: Chance, largest = 40): Promise<string[]> {
    const rejected: string[] = [];
    const batches: (() => Promise<{ errors: { reason: string; text: string }[] }>)[] = [];
    for (const source of play.sources) {
      const rules = await this.declare(source.name, source.definition);
      for (const lines of cut(source.lines, chance, largest))
        batches.push(() => this.#ingestion.logs(rules, body(lines)));
    }
    for (const events of cut(play.events, chance, largest))
      batches.push(() => this.#ingestion.events(body(events.map((one) => JSON.stringify(one)))));
    if (play.changes.length > 0) batches.push(() => this.#ingestion.changes(play.changes));
    for (const post of shuffled(batches, chance)) {
      const receipt = await post();
      rejected.push(...receipt.errors.map((error) => `${error.reason}: ${error.text}`));
    }
    await this.#ingestion.idle();
    await this.#settler.drain();
    if (this.#errors.length > 0) throw this.#errors[0];
    return rejected;
  }

  async close(): Promise<void> {
    await this.#settler.stop();
  }

  /** What is said of every session of a play. */
  async verdicts(play: Play): Promise<Map<string, SessionVerdict>> {
    const verdicts = new Map<string, SessionVerdict>();
    for (const key of sessionsOf(play.truth.requests).keys()) {
      const { items } = await lookup(this.db, this.#secret, key);
      const session = items.find((item) => item.pool === play.truth.pool);
      if (!session) continue;
      const told = await timeline(this.db, session.id, { limit: 20_000 }, this.now());
      verdicts.set(key, verdictOf(told, play.truth.pool));
    }
    return verdicts;
  }
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

function body(lines: string[]) {
  return { chunks: once(`${lines.join("\n")}\n`), encoding: null };
}

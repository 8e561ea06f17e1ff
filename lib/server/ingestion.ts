import type { Settled } from "@/lib/correlate/settle";
import { Settler } from "@/lib/correlate/settler";
import { publicId } from "@/lib/domain/session-key";
import { type Body, Ingestion } from "@/lib/ingest/ingestion";
import { type Line, loneLine } from "@/lib/ingest/lines";
import type { Message } from "@/lib/ingest/shipped/message";
import { rulesOf, type SourceRules } from "@/lib/ingest/source-rules";
import type { Written } from "@/lib/ingest/writer";
import { Names } from "@/lib/reports/names";
import { bounceOf, changeOf, lossOf } from "@/lib/reports/wire";
import type { Receipt } from "@/lib/schemas/ingest";
import { withTransaction } from "@/lib/store/database";
import { bounceRow } from "@/lib/store/read/bounce-row";
import { changeRow } from "@/lib/store/read/change-row";
import { lossRow } from "@/lib/store/read/loss-row";
import { sourceNamed } from "@/lib/store/sources";
import { markUnreviewed } from "@/lib/store/write/sessions";
import { iso } from "@/lib/view/range";
import { alertsTouched } from "./alerts";
import { publishCommitted } from "./live";
import type { Committed } from "./live-hub";
import { counter } from "./metrics";
import type { Runtime } from "./runtime";

const key = Symbol.for("hopwatch.ingestion");
/** How long an answer waits for the bounces of what was sent; the facts are on disk before. */
const settleWaitMs = 3000;

/** The way in, and what settles bounces behind it. */
export interface Intake {
  /** Lines of the source of this name, which is entered when it is not known. */
  logs(source: string, body: Body, demo?: boolean): Promise<Receipt>;
  events(body: Body, demo?: boolean): Promise<Receipt>;
  changes(inputs: readonly unknown[], source?: number | null): Promise<Receipt>;
  /** What a shipper sent: lines of sources and session events. The receipt counts its messages from 1 and names every rejected one. */
  messages(messages: readonly Message[]): Promise<Receipt>;
  /** A source's rules changed: names, and the bounces of its pool, are judged anew. */
  sourceChanged(pool: string | null): Promise<void>;
  /** Resolves when all bounces and losses are found, and reviewed. */
  drain(): Promise<void>;
}

/** @throws outside of a started server. */
export function intake(): Intake {
  const current: Intake | undefined = Reflect.get(globalThis, key);
  if (!current) throw new Error("The server has not been started: nothing can be taken in");
  return current;
}

class Running implements Intake {
  private readonly ingestion: Ingestion;
  private readonly settler: Settler;

  constructor(private readonly runtime: Runtime) {
    this.settler = new Settler({
      pool: runtime.pool,
      now: () => Date.now(),
      isWriting: () => this.ingestion.isBusy,
      onSettled: (settled) => this.publishSettled(settled),
      onError: (error) => runtime.log.error({ err: error }, "settling failed; it is tried again"),
    });
    this.ingestion = new Ingestion({
      pool: runtime.pool,
      secret: runtime.secret,
      now: () => Date.now(),
      maxBody: runtime.config.maxBody,
      onWritten: (written) => this.onWritten(written),
    });
  }

  async start(): Promise<void> {
    await this.settler.start();
    await this.ingestion.updateSessions(true);
  }

  async stop(): Promise<void> {
    await this.ingestion.idle();
    await this.settler.stop();
  }

  async logs(name: string, body: Body, demo = false): Promise<Receipt> {
    const source: SourceRules = rulesOf(
      await sourceNamed(this.runtime.prisma, name, Date.now(), demo),
    );
    return await this.settled(this.ingestion.logs(source, body));
  }

  async events(body: Body, demo = false): Promise<Receipt> {
    return await this.settled(this.ingestion.events(body, demo));
  }

  async changes(inputs: readonly unknown[], source: number | null = null): Promise<Receipt> {
    return await this.settled(this.ingestion.changes(inputs, source));
  }

  async messages(messages: readonly Message[]): Promise<Receipt> {
    const lines = new Map<string, Line[]>();
    const events: { number: number; value: unknown }[] = [];
    messages.forEach((message, at) => {
      if (message.kind === "event") {
        events.push({ number: at + 1, value: message.value });
        return;
      }
      const line = loneLine(at + 1, message.text);
      const own = lines.get(message.source) ?? [];
      own.push(message.kind === "unread" ? { ...line, wrong: message.reason } : line);
      lines.set(message.source, own);
    });
    return await this.settled(this.written(lines, events));
  }

  private async written(
    lines: ReadonlyMap<string, readonly Line[]>,
    events: readonly { number: number; value: unknown }[],
  ): Promise<Receipt> {
    const parts: Promise<Receipt>[] = [];
    for (const [name, own] of lines) {
      const source = rulesOf(await sourceNamed(this.runtime.prisma, name, Date.now()));
      parts.push(this.ingestion.lines(source, own));
    }
    if (events.length > 0) parts.push(this.ingestion.eventValues(events));
    const receipts = await Promise.all(parts);
    const total = (count: "accepted" | "duplicates" | "rejected") =>
      receipts.reduce((sum, receipt) => sum + receipt[count], 0);
    return {
      accepted: total("accepted"),
      duplicates: total("duplicates"),
      rejected: total("rejected"),
      errors: receipts.flatMap(({ errors }) => errors).sort((a, b) => a.line - b.line),
    };
  }

  private async settled(work: Promise<Receipt>): Promise<Receipt> {
    const receipt = await work;
    const facts = counter({
      name: "hopwatch_facts_total",
      help: "Facts taken in, by what became of them",
      labelNames: ["outcome"],
    });
    facts.inc({ outcome: "accepted" }, receipt.accepted);
    facts.inc({ outcome: "duplicate" }, receipt.duplicates);
    facts.inc({ outcome: "rejected" }, receipt.rejected);
    await this.settler.within(settleWaitMs);
    return receipt;
  }

  async sourceChanged(pool: string | null): Promise<void> {
    const { rows } = await this.runtime.pool.query<{ id: number }>(
      "SELECT id FROM pools WHERE $1::text IS NULL OR name = $1",
      [pool],
    );
    await withTransaction(this.runtime.pool, (client) =>
      markUnreviewed(
        client,
        rows.map(({ id }) => ({ pool: id, from: 0, to: Date.now() + 2 * 86_400_000 })),
      ),
    );
    this.settler.kick(rows.map(({ id }) => id));
    await this.settler.within(settleWaitMs);
  }

  async drain(): Promise<void> {
    await this.ingestion.idle();
    await this.settler.drain();
  }

  private onWritten(written: Written): void {
    if (written.unsettled || written.requests > 0) this.settler.kick(written.named);
    alertsTouched(written.pools, Math.min(Date.now(), written.oldestAt ?? Date.now()));
    this.inBackground(this.publishWritten(written));
  }

  private async publishWritten(written: Written): Promise<void> {
    if (written.requests + written.events + written.changes.length === 0) return;
    const names = await Names.read(this.runtime.pool);
    publishCommitted({
      ...nothing,
      requests: written.requests,
      events: written.events,
      pools: written.pools,
      newestAt: written.newestAt === null ? null : iso(written.newestAt),
      tail: written.tail.map((request) => ({
        id: request.id,
        at: iso(request.startedAt),
        pool: request.poolName,
        lb: request.lbName,
        method: request.method,
        path: request.path,
        status: request.status,
        durationMs: request.durationMs,
        node: request.node === null ? null : names.nodeName(request.node),
        session: shortId(request.presented ?? request.set),
      })),
      changes: written.changes.map((change) => changeOf(names, changeRow.parse(change))),
    });
  }

  private publishSettled(settled: Settled): void {
    this.inBackground(this.publishVerdicts(settled));
  }

  private async publishVerdicts({ bounces, losses }: Settled): Promise<void> {
    const names = await Names.read(this.runtime.pool);
    const pools = [...new Set([...bounces, ...losses].map((row) => names.pool(row.pool)))];
    alertsTouched(pools, earliest([...bounces, ...losses].map(({ at }) => at)));
    publishCommitted({
      ...nothing,
      pools,
      bounces: bounces.map((row) =>
        bounceOf(
          names,
          bounceRow.parse({
            ...row,
            previous_at: row.previousAt,
            from_node: row.fromNode,
            to_node: row.toNode,
            is_return: row.isReturn,
          }),
        ),
      ),
      losses: losses.map((row) => lossOf(names, lossRow.parse({ ...row, lost_to: row.lostTo }))),
    });
  }

  /** What is told to screens only: a failure costs them nothing but a moment. */
  private inBackground(work: Promise<void>): void {
    work.catch((error: unknown) =>
      this.runtime.log.warn({ err: error }, "what was written could not be told to open pages"),
    );
  }
}

const nothing: Committed = {
  requests: 0,
  events: 0,
  pools: [],
  newestAt: null,
  tail: [],
  bounces: [],
  losses: [],
  changes: [],
};

/** The least of them; now where there is none. */
function earliest(times: readonly number[]): number {
  return times.reduce((least, at) => Math.min(least, at), Date.now());
}

function shortId(session: string | null): string | null {
  return session === null ? null : publicId(session);
}

let running: Running | null = null;

export async function startIngestion(runtime: Runtime): Promise<void> {
  running = new Running(runtime);
  await running.start();
  Reflect.set(globalThis, key, running);
}

/** Finishes what was taken in. */
export async function stopIngestion(): Promise<void> {
  Reflect.deleteProperty(globalThis, key);
  await running?.stop();
  running = null;
}

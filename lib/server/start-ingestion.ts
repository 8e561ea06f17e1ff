import type { Settled } from "@/lib/correlate/settle";
import { publicId } from "@/lib/domain/session-key";
import type { Body } from "@/lib/ingest/ingestion";
import { type Line, loneLine } from "@/lib/ingest/lines";
import type { Message } from "@/lib/ingest/shipped/message";
import { rulesOf, type SourceRules } from "@/lib/ingest/source-rules";
import { Names } from "@/lib/reports/names";
import { bounceOf, changeOf, lossOf } from "@/lib/reports/wire";
import type { ChangeInput, Receipt } from "@/lib/schemas/ingest";
import { withTransaction } from "@/lib/store/database";
import { bounceRow } from "@/lib/store/read/bounce-row";
import { changeRow } from "@/lib/store/read/change-row";
import { lossRow } from "@/lib/store/read/loss-row";
import { sourceNamed } from "@/lib/store/sources";
import { markUnreviewed } from "@/lib/store/write/sessions";
import { iso } from "@/lib/view/range";
import { alertsTouched } from "./alerts";
import type { WrittenNews } from "./ingest-messages";
import { IngestThread } from "./ingest-remote";
import { type Intake, setIntake } from "./ingestion";
import { publishCommitted } from "./live";
import type { Committed } from "./live-hub";
import { counter } from "./metrics";
import type { Runtime } from "./runtime";
import { verdictsTouched } from "./verdicts";

class Running implements Intake {
  private readonly thread: IngestThread;

  constructor(private readonly runtime: Runtime) {
    const { secret } = runtime;
    const settings = {
      databaseUrl: runtime.pool.options.connectionString ?? "",
      secret,
      maxBody: runtime.config.maxBody,
    };
    this.thread = new IngestThread(settings, {
      onWritten: (written) => this.onWritten(written),
      onSettled: (settled) => this.inBackground(this.publishVerdicts(settled)),
      onTrouble: (error, message) => runtime.log.error({ err: error }, message),
    });
  }

  async start(): Promise<void> {
    await this.thread.start();
  }

  async stop(): Promise<void> {
    await this.thread.stop();
  }

  async logs(name: string, body: Body, demo = false): Promise<Receipt> {
    const source: SourceRules = rulesOf(
      await sourceNamed(this.runtime.prisma, name, Date.now(), demo),
    );
    const { encoding, repeats } = body;
    return await this.counted(
      this.thread.ask({ kind: "logs", source, encoding, repeats }, body.chunks),
    );
  }

  async events(body: Body, demo = false): Promise<Receipt> {
    const { encoding } = body;
    return await this.counted(this.thread.ask({ kind: "events", encoding, demo }, body.chunks));
  }

  async changes(inputs: readonly unknown[], source: number | null = null): Promise<Receipt> {
    return await this.counted(this.thread.ask({ kind: "changes", inputs, source }));
  }

  async reviseChange(id: string, input: ChangeInput | null): Promise<void> {
    await this.thread.ask({ kind: "revise", id, input });
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
    return await this.counted(this.written(lines, events));
  }

  private async written(
    lines: ReadonlyMap<string, readonly Line[]>,
    events: readonly { number: number; value: unknown }[],
  ): Promise<Receipt> {
    const parts: Promise<Receipt>[] = [];
    for (const [name, own] of lines) {
      const source = rulesOf(await sourceNamed(this.runtime.prisma, name, Date.now()));
      parts.push(this.thread.ask({ kind: "lines", source, lines: own }));
    }
    if (events.length > 0)
      parts.push(this.thread.ask({ kind: "values", values: events, demo: false }));
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

  private async counted(work: Promise<Receipt>): Promise<Receipt> {
    const receipt = await work;
    const facts = counter({
      name: "hopwatch_facts_total",
      help: "Facts taken in, by what became of them",
      labelNames: ["outcome"],
    });
    facts.inc({ outcome: "accepted" }, receipt.accepted);
    facts.inc({ outcome: "duplicate" }, receipt.duplicates);
    facts.inc({ outcome: "rejected" }, receipt.rejected);
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
    await this.thread.ask({ kind: "resettle", pools: rows.map(({ id }) => id) });
  }

  async caughtUp(): Promise<void> {
    await this.thread.caughtUp();
  }

  async drain(): Promise<void> {
    await this.thread.ask({ kind: "drain" });
  }

  private onWritten(written: WrittenNews): void {
    alertsTouched(written.pools, Math.min(Date.now(), written.oldestAt ?? Date.now()));
    const told = written.changes.map(({ at }) => at);
    if (written.oldestAt !== null || told.length > 0)
      verdictsTouched(Math.min(written.oldestAt ?? Number.POSITIVE_INFINITY, ...told));
    this.inBackground(this.publishWritten(written));
  }

  private async publishWritten(written: WrittenNews): Promise<void> {
    if (written.requests + written.events + written.changes.length === 0) return;
    const names = await Names.read(this.runtime.pool);
    publishCommitted({
      ...nothing,
      requests: written.requests,
      events: written.events,
      pools: written.pools,
      newestAt: written.newestAt === null ? null : iso(written.newestAt),
      tail: written.tail.map((request) => ({
        ...request,
        at: iso(request.at),
        node: request.node === null ? null : names.nodeName(request.node),
        session: request.session === null ? null : publicId(request.session),
      })),
      changes: written.changes.map((change) => changeOf(names, changeRow.parse(change))),
    });
  }

  private async publishVerdicts({ bounces, losses, ...changed }: Settled): Promise<void> {
    const names = await Names.read(this.runtime.pool);
    const pools = changed.pools.map((pool) => names.pool(pool));
    const from = Math.min(changed.from ?? Number.POSITIVE_INFINITY, Date.now());
    alertsTouched(pools, from);
    verdictsTouched(from);
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

let running: Running | null = null;

export async function startIngestion(runtime: Runtime): Promise<void> {
  running = new Running(runtime);
  await running.start();
  setIntake(running);
}

/** Finishes what was taken in. */
export async function stopIngestion(): Promise<void> {
  setIntake(undefined);
  await running?.stop();
  running = null;
}

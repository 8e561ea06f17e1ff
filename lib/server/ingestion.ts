import type { Body } from "@/lib/ingest/ingestion";
import type { Message } from "@/lib/ingest/shipped/message";
import type { ChangeInput, Receipt } from "@/lib/schemas/ingest";

const key = Symbol.for("hopwatch.ingestion");

/** The way in, and what settles bounces behind it. */
export interface Intake {
  /** Lines of the source of this name, which is entered when it is not known. */
  logs(source: string, body: Body, demo?: boolean): Promise<Receipt>;
  events(body: Body, demo?: boolean): Promise<Receipt>;
  changes(inputs: readonly unknown[], source?: number | null): Promise<Receipt>;
  /** Corrects a change that somebody posted, or (null) takes it back; see `reviseChange` of lib/ingest. */
  reviseChange(id: string, input: ChangeInput | null): Promise<void>;
  /** What a shipper sent: lines of sources and session events. The receipt counts its messages from 1 and names every rejected one. */
  messages(messages: readonly Message[]): Promise<Receipt>;
  /** A source's rules changed: names, and the bounces of its pool, are judged anew. */
  sourceChanged(pool: string | null): Promise<void>;
  /** Resolves when results may be read: what was answered for is in them, or more is coming in, or some seconds passed. */
  caughtUp(): Promise<void>;
  /** Resolves when all bounces and losses are found, and reviewed. */
  drain(): Promise<void>;
}

/** @throws outside of a started server. */
export function intake(): Intake {
  const current: Intake | undefined = Reflect.get(globalThis, key);
  if (!current) throw new Error("The server has not been started: nothing can be taken in");
  return current;
}

/** Waits, where this process takes facts in, until results tell of what it answered for; see `Intake.caughtUp`. */
export async function resultsCaughtUp(): Promise<void> {
  const current: Intake | undefined = Reflect.get(globalThis, key);
  await current?.caughtUp();
}

/** Called by start-up, and with nothing when ingestion has stopped. */
export function setIntake(value: Intake | undefined): void {
  if (value) Reflect.set(globalThis, key, value);
  else Reflect.deleteProperty(globalThis, key);
}

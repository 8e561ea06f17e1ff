import type { ChangeInsert } from "@/lib/correlate/facts";
import type { Settled } from "@/lib/correlate/settle";
import { Problem } from "@/lib/domain/problem";
import type { Line } from "@/lib/ingest/lines";
import type { Repeats } from "@/lib/ingest/repeats";
import type { SourceRules } from "@/lib/ingest/source-rules";
import type { Written } from "@/lib/ingest/transaction";
import type { ChangeInput, Receipt } from "@/lib/schemas/ingest";

/** What the ingest thread is told at its start. */
export interface ThreadSettings {
  databaseUrl: string;
  secret: Uint8Array;
  maxBody: number;
}

/** What begins a call of the thread; those with a body are followed by its chunks. */
export type Order =
  | { kind: "logs"; source: SourceRules; encoding: string | null; repeats: Repeats | undefined }
  | { kind: "events"; encoding: string | null; demo: boolean }
  | { kind: "lines"; source: SourceRules; lines: readonly Line[] }
  | { kind: "values"; values: readonly { number: number; value: unknown }[]; demo: boolean }
  | { kind: "changes"; inputs: readonly unknown[]; source: number | null }
  /** Corrects a posted change, or (null) takes it back. */
  | { kind: "revise"; id: string; input: ChangeInput | null }
  /** Settles anew what concerns these pools, and answers when that is done or took too long. */
  | { kind: "resettle"; pools: readonly number[] }
  | { kind: "drain" }
  | { kind: "stop" };

export type ToThread =
  | { call: number; order: Order }
  | { call: number; chunk: Uint8Array }
  | { call: number; end: true }
  | { call: number; broken: Failure };

export type FromThread =
  | { ready: true }
  /** So many bytes of a body were taken in: as many more may be sent. */
  | { call: number; taken: number }
  | { call: number; receipt: Receipt }
  | { call: number; failure: Failure }
  | { written: WrittenNews }
  | { settled: Settled }
  /** Whether something is on disk and answered for whose sessions or bounces are not up to date. */
  | { isBehind: boolean }
  | { trouble: Failure };

/** What a commit means for those outside. */
export type WrittenNews = Pick<
  Written,
  "requests" | "tail" | "events" | "pools" | "oldestAt" | "newestAt"
> & {
  changes: (Omit<ChangeInsert, "pool" | "lb"> & { pool: number | null; lb: number | null })[];
};

/** An error as it crosses from one thread to another, where only plain data survives. */
export interface Failure {
  name: string;
  message: string;
  stack: string | undefined;
  code: string | undefined;
  problem: Pick<Problem, "status" | "title" | "detail" | "headers" | "errors"> | null;
}

export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error))
    return {
      name: "Error",
      message: String(error),
      stack: undefined,
      code: undefined,
      problem: null,
    };
  const { name, message, stack } = error;
  const code = "code" in error ? String(error.code) : undefined;
  if (!(error instanceof Problem)) return { name, message, stack, code, problem: null };
  const { status, title, detail, headers, errors } = error;
  return { name, message, stack, code, problem: { status, title, detail, headers, errors } };
}

export function errorOf(failure: Failure): Error {
  const { problem } = failure;
  if (problem) {
    const { headers, errors } = problem;
    return new Problem(problem.status, problem.title, problem.detail, {
      headers,
      ...(errors ? { errors } : {}),
    });
  }
  const error = new Error(failure.message);
  error.name = failure.name;
  if (failure.stack !== undefined) error.stack = failure.stack;
  return failure.code === undefined ? error : Object.assign(error, { code: failure.code });
}

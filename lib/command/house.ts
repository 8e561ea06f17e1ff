import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { type Repeats, repeatsHeader, writeRepeats } from "@/lib/ingest/repeats";
import { type Receipt, receiptSchema } from "@/lib/schemas/ingest";
import type { Clock } from "./clock";

const gzipped = promisify(gzip);
const answerWithinMs = 120_000;
const firstPauseMs = 500;
const longestPauseMs = 30_000;

/** The server understood the delivery and will not have it; trying again as it is is of no use. */
export class Refused extends Error {
  override name = "Refused";
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** The command was told to end while it waited for the server. */
export class Ended extends Error {
  override name = "Ended";
}

export interface HouseOptions {
  /** Where Hopwatch is, without a path at its end. */
  url: string;
  key: string | null;
  clock: Clock;
  /** A number from 0 to 1, for pauses that do not beat in step. */
  random: () => number;
  /** Something to tell whoever runs the command. */
  say: (message: string) => void;
  until: AbortSignal;
}

/** Hopwatch, as the command talks to it. */
export class House {
  constructor(private readonly options: HouseOptions) {}

  /**
   * Sends log lines until they are on the server's disk: pauses and tries again
   * while the server is away or overloaded, as long as it takes.
   * @throws Refused where the server will not have them, Ended when told to end.
   */
  async send(source: string, body: Uint8Array, repeats: Repeats): Promise<Receipt> {
    const packed = await gzipped(body, { level: 1 });
    const told = writeRepeats(repeats);
    const headers: Record<string, string> = {
      "content-type": "text/plain; charset=utf-8",
      "content-encoding": "gzip",
      ...(told === null ? {} : { [repeatsHeader]: told }),
    };
    let quiet = true;
    for (let attempt = 0; ; attempt++) {
      const result = await this.attempt(`/api/v1/logs/${source}`, headers, packed);
      if (result.receipt) {
        if (!quiet) this.options.say(`${this.options.url} takes lines again`);
        return result.receipt;
      }
      const pause = result.afterMs ?? this.pause(attempt);
      if (quiet || attempt % 20 === 0)
        this.options.say(`${result.why}; trying again, nothing is lost`);
      quiet = false;
      await this.options.clock.sleep(pause, this.options.until);
    }
  }

  private pause(attempt: number): number {
    const most = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempt, 10));
    return most / 2 + (most / 2) * this.options.random();
  }

  private async attempt(
    path: string,
    headers: Record<string, string>,
    body: Uint8Array<ArrayBuffer>,
  ): Promise<{ receipt: Receipt | null; why: string; afterMs: number | null }> {
    const { url, until } = this.options;
    if (until.aborted) throw new Ended("told to end");
    const failed = (why: string, afterMs: number | null = null) => ({
      receipt: null,
      why,
      afterMs,
    });
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${url}${path}`, {
        method: "POST",
        headers: { ...headers, ...this.authorization() },
        body,
        redirect: "error",
        signal: AbortSignal.timeout(answerWithinMs),
      });
      text = await response.text();
    } catch (error) {
      return failed(`${url} does not answer (${reasonOf(error)})`);
    }
    if (response.status === 200) {
      const receipt = receiptSchema.safeParse(parsed(text));
      if (receipt.success) return { receipt: receipt.data, why: "", afterMs: null };
      return failed(`${url} answers, but not as Hopwatch does`);
    }
    const why = `${url} answered ${response.status}: ${titleOf(text)}`;
    const { status } = response;
    if (status === 408 || status === 429 || status >= 500)
      return failed(why, this.retryAfter(response.headers.get("retry-after")));
    throw new Refused(status, why);
  }

  /** RFC 9110, 10.2.3: seconds or a date; never longer than five minutes. */
  private retryAfter(header: string | null): number | null {
    if (header === null) return null;
    const seconds = Number(header);
    const ms = Number.isFinite(seconds)
      ? seconds * 1000
      : Date.parse(header) - this.options.clock.now();
    return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 300_000) : null;
  }

  private authorization(): Record<string, string> {
    const { key } = this.options;
    return key === null ? {} : { authorization: `Bearer ${key}` };
  }

  /**
   * One question, asked once, by POST so that what is asked stands in no URL.
   * @throws Refused for any answer but 200.
   */
  async ask(path: string, value: unknown): Promise<unknown> {
    const { url } = this.options;
    let response: Response;
    try {
      response = await fetch(`${url}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...this.authorization() },
        body: JSON.stringify(value),
        redirect: "error",
        signal: AbortSignal.timeout(answerWithinMs),
      });
    } catch (error) {
      throw new Refused(0, `Nothing answers at ${url} (${reasonOf(error)}). Is Hopwatch running?`);
    }
    const text = await response.text();
    if (response.status !== 200)
      throw new Refused(response.status, `${url} answered ${response.status}: ${titleOf(text)}`);
    return parsed(text);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? cause.message || cause.name : error.message;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** What a problem+json says, or the beginning of whatever came instead. */
function titleOf(text: string): string {
  const value = parsed(text);
  if (typeof value !== "object" || value === null) return text.slice(0, 200).trim();
  const fields = new Map<string, unknown>(Object.entries(value));
  return ["title", "detail"]
    .map((name) => fields.get(name))
    .filter((part) => typeof part === "string")
    .join(". ");
}

import type { EpochMs, ParsedLine } from "@/lib/domain/facts";

export interface FormatOptions {
  /** The balancer's own format string; null or absent means the format's default. */
  formatString?: string | null;
  /** IANA zone of times that the log writes without one; UTC when absent. */
  timezone?: string | null;
  /** When the batch was received: gives years to dates that have none. */
  receivedAt: EpochMs;
}

/** Understands one line. Never throws: what it cannot read comes back as `rejected` with the reason. */
export type LineParser = (line: string) => ParsedLine;

/** An access-log format: one file each, listed in the registry. */
export interface Format {
  /** The wire name, such as `haproxy-http`. */
  name: string;
  /** Other wire names that mean the same. */
  aliases: string[];
  /** What people read. */
  title: string;
  formatString: "required" | "optional" | "none";
  /**
   * A parser for this format.
   * @throws {FormatStringError} when the format string cannot be understood, naming the place.
   */
  compile(options: FormatOptions): LineParser;
  /** True where a line that it reads can be of no other format, so that no other need be asked. */
  strict?: boolean;
  /** How surely this line is of this format (default form), from 0 to 1. Cheap: it runs per candidate. */
  recognise(line: string): number;
}

export class FormatStringError extends Error {
  override name = "FormatStringError";
}

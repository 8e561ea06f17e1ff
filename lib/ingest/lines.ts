import type { Chunks } from "./decode";

/** The longest log line that is read, in bytes; a longer one is rejected and skipped, never held in memory. */
export const longestLine = 65_536;

export interface Line {
  /** From 1, empty lines counted. */
  number: number;
  text: string;
  /** The whole length in bytes when the line was longer than may be read; `text` is its head. */
  tooLong: number | null;
  /** Why it was found to be no line before it was read as one. */
  wrong?: string;
}

/** A line that came by itself, as shippers send them. */
export function loneLine(number: number, text: string): Line {
  const bytes = Buffer.byteLength(text);
  return bytes > longestLine
    ? { number, text: text.slice(0, 512), tooLong: bytes }
    : { number, text, tooLong: null };
}

const newline = 10;
/** Bytes that are kept of a line that is too long. */
const head = 512;

/**
 * The lines of a body, some hundred at a time, without their line ends. UTF-8
 * with replacement characters where a line is not; empty lines are left out.
 */
export async function* linesOf(
  chunks: Chunks,
  longest = longestLine,
  perYield = 1000,
): AsyncGenerator<Line[]> {
  let number = 0;
  let lines: Line[] = [];
  let rest: Uint8Array[] = [];
  let restLength = 0;
  let skipped = 0;

  const add = (text: string, tooLong: number | null) => {
    let line = text.endsWith("\r") ? text.slice(0, -1) : text;
    if (number === 1 && line.startsWith("\ufeff")) line = line.slice(1);
    if (line !== "" || tooLong !== null) lines.push({ number, text: line, tooLong });
  };
  /** A line that ends with these bytes of the chunk, whatever came of it before. */
  const take = (chunk: Buffer, from: number, to: number) => {
    number += 1;
    const total = restLength + skipped + to - from;
    const tooLong = total > longest ? total : null;
    if (rest.length === 0) {
      add(chunk.toString("utf8", from, tooLong === null ? to : Math.min(to, from + head)), tooLong);
      return;
    }
    rest.push(chunk.subarray(from, to));
    const whole = Buffer.concat(rest);
    rest = [];
    restLength = 0;
    skipped = 0;
    add(whole.toString("utf8", 0, tooLong === null ? whole.length : head), tooLong);
  };

  for await (const bytes of chunks) {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      take(chunk, from, end);
      from = end + 1;
      if (lines.length >= perYield) {
        yield lines;
        lines = [];
      }
    }
    if (from < chunk.byteLength) {
      const tail = chunk.subarray(from);
      const room = longest - restLength;
      if (room > 0) {
        // A copy: the chunk's memory may be used again by whoever sent it.
        const kept = Uint8Array.prototype.slice.call(tail, 0, room);
        rest.push(kept);
        restLength += kept.byteLength;
        skipped += tail.byteLength - kept.byteLength;
      } else skipped += tail.byteLength;
    }
  }
  if (restLength + skipped > 0) take(Buffer.alloc(0), 0, 0);
  if (lines.length > 0) yield lines;
}

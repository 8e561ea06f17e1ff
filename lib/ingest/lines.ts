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
const carriageReturn = 13;
/** Bytes that are kept of a line that is too long. */
const head = 512;

/** Some lines of a body, as they stand in its bytes; other lines of it later. */
export class LineBlock {
  count = 0;
  private readonly numbers: Int32Array;
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;
  /** Whole lengths of lines that are too long; 0 for the others. */
  private readonly tooLong: Float64Array;

  /** @param most lines that it may hold. */
  constructor(
    public bytes: Buffer,
    most: number,
  ) {
    this.numbers = new Int32Array(most);
    this.starts = new Int32Array(most);
    this.ends = new Int32Array(most);
    this.tooLong = new Float64Array(most);
  }

  /** Forgets its lines, for others of other bytes. */
  restart(bytes: Buffer): void {
    this.bytes = bytes;
    this.count = 0;
  }

  get isFull(): boolean {
    return this.count === this.numbers.length;
  }

  holds(most: number): boolean {
    return this.numbers.length >= most;
  }

  /** Adds a line unless it is empty, without its line end. @param whole its length, past the end where it is too long. */
  add(number: number, from: number, to: number, whole: number, longest: number): void {
    const { bytes, count } = this;
    const isTooLong = whole > longest;
    let start = from;
    let end = isTooLong ? Math.min(to, from + head) : to;
    if (end > start && bytes[end - 1] === carriageReturn) end -= 1;
    // A byte-order mark.
    if (number === 1 && end - start >= 3 && bytes.readUIntBE(start, 3) === 0xefbbbf) start += 3;
    if (end === start && !isTooLong) return;
    this.numbers[count] = number;
    this.starts[count] = start;
    this.ends[count] = end;
    this.tooLong[count] = isTooLong ? whole : 0;
    this.count = count + 1;
  }

  /** The number of the n-th of these lines. */
  number(n: number): number {
    return this.numbers[n] ?? 0;
  }

  from(n: number): number {
    return this.starts[n] ?? 0;
  }

  to(n: number): number {
    return this.ends[n] ?? 0;
  }

  isWhole(n: number): boolean {
    return this.tooLong[n] === 0;
  }

  line(n: number): Line {
    const tooLong = this.tooLong[n] ?? 0;
    return {
      number: this.number(n),
      text: this.bytes.toString("utf8", this.from(n), this.to(n)),
      tooLong: tooLong === 0 ? null : tooLong,
    };
  }
}

/**
 * The lines of a body, up to some hundred at a time, without their line ends;
 * empty lines are left out. A block may be another's once the next is asked for.
 */
export async function* lineBlocksOf(
  chunks: Chunks,
  longest = longestLine,
  perYield = 1000,
): AsyncGenerator<LineBlock> {
  let number = 0;
  let rest: Uint8Array[] = [];
  let restLength = 0;
  let skipped = 0;
  let block = new LineBlock(Buffer.alloc(0), 0);

  /** The line that began in earlier chunks and ends with these bytes. */
  const joined = (last: Uint8Array): LineBlock => {
    rest.push(last);
    const whole = Buffer.concat(rest);
    const line = new LineBlock(whole, 1);
    number += 1;
    line.add(number, 0, whole.length, whole.length + skipped, longest);
    rest = [];
    restLength = 0;
    skipped = 0;
    return line;
  };

  for await (const bytes of chunks) {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const most = Math.min(perYield, chunk.length);
    if (block.holds(most)) block.restart(chunk);
    else block = new LineBlock(chunk, most);
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      if (restLength + skipped > 0) {
        const line = joined(chunk.subarray(from, end));
        if (line.count > 0) yield line;
      } else {
        number += 1;
        block.add(number, from, end, end - from, longest);
      }
      from = end + 1;
      if (block.isFull) {
        yield block;
        block.restart(chunk);
      }
    }
    if (block.count > 0) yield block;
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
  if (restLength + skipped === 0) return;
  const line = joined(Buffer.alloc(0));
  if (line.count > 0) yield line;
}

/** The same as texts. UTF-8 with replacement characters where a line is not. */
export async function* linesOf(
  chunks: Chunks,
  longest = longestLine,
  perYield = 1000,
): AsyncGenerator<Line[]> {
  for await (const block of lineBlocksOf(chunks, longest, perYield))
    yield Array.from({ length: block.count }, (_, n) => block.line(n));
}

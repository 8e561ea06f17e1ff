import type { EpochMs } from "@/lib/domain/facts";
import { copyText, timestampText } from "./copy-text";

/** A piece of a row that waits for COPY, already as bytes. */
export interface RowTail {
  block: Buffer;
  start: number;
  end: number;
}

const blockSize = 262_144;
/** Texts up to this are written character by character, which is faster than a call of the encoder. */
const shortText = 48;
const longestNumber = 24;

const tab = 9;
const newline = 10;
const backslash = 92;
const zero = 48;
/** Control characters below this have escapes of their own in COPY's text format. */
const firstPlain = 14;

const dayMs = 86_400_000;

/**
 * Writes the ends of rows for COPY (text format) as bytes into few blocks.
 * Ten thousand rows that wait for their transaction as strings are hundreds of
 * thousands of objects for the garbage collector to carry about; as bytes they
 * are a dozen blocks, and no string is put together on the way.
 */
export class RowWriter {
  private block = Buffer.allocUnsafeSlow(blockSize);
  private used = 0;
  private start = 0;
  private day = Number.NaN;
  private dayText = "";

  /** Ends the row; what was written since the last end is its tail. */
  end(): RowTail {
    // In the place of the last field's tab.
    this.block[this.used - 1] = newline;
    const tail = { block: this.block, start: this.start, end: this.used };
    this.start = this.used;
    return tail;
  }

  text(value: string | null): void {
    if (value === null) {
      this.none();
      return;
    }
    const { length } = value;
    if (length > shortText) {
      this.longText(value);
      return;
    }
    this.reserve(length + 1);
    const { block } = this;
    let at = this.used;
    for (let n = 0; n < length; n++) {
      const code = value.charCodeAt(n);
      if (code > 126 || code < firstPlain || code === backslash) {
        this.longText(value);
        return;
      }
      block[at++] = code;
    }
    block[at] = tab;
    this.used = at + 1;
  }

  private longText(value: string): void {
    const safe = copyText(value);
    // A character takes three bytes of UTF-8 at most (a pair of surrogates four, which are two).
    this.reserve(safe.length * 3 + 1);
    this.used += this.block.write(safe, this.used, "utf8");
    this.block[this.used++] = tab;
  }

  number(value: number | null): void {
    if (value === null) {
      this.none();
      return;
    }
    if (!Number.isInteger(value) || value < 0 || value > 999_999_999) {
      this.text(String(value));
      return;
    }
    this.reserve(longestNumber);
    let digits = 1;
    for (let most = 10; value >= most; most *= 10) digits += 1;
    this.digits(value, digits);
    this.block[this.used++] = tab;
  }

  boolean(value: boolean | null): void {
    if (value === null) {
      this.none();
      return;
    }
    this.reserve(2);
    this.block[this.used++] = value ? 116 : 102;
    this.block[this.used++] = tab;
  }

  /** A moment to the microsecond. */
  timestamp(at: EpochMs | null): void {
    if (at === null) {
      this.none();
      return;
    }
    const day = Math.floor(at / dayMs);
    let micros = Math.round((at - day * dayMs) * 1000);
    // Rounded up to the next day: rare enough for the slow way.
    if (micros >= dayMs * 1000) {
      this.text(timestampText(at));
      return;
    }
    if (day !== this.day) {
      this.day = day;
      this.dayText = timestampText(day * dayMs).slice(0, 10);
    }
    this.reserve(40);
    this.used += this.block.write(this.dayText, this.used, "latin1");
    const seconds = Math.floor(micros / 1_000_000);
    micros -= seconds * 1_000_000;
    this.digitsAfter(84, Math.floor(seconds / 3600), 2);
    this.digitsAfter(58, Math.floor(seconds / 60) % 60, 2);
    this.digitsAfter(58, seconds % 60, 2);
    if (micros > 0) this.digitsAfter(46, micros, 6);
    this.digitsAfter(43, 0, 2);
    this.block[this.used++] = tab;
  }

  private none(): void {
    this.reserve(3);
    const { block } = this;
    block[this.used++] = backslash;
    block[this.used++] = 78;
    block[this.used++] = tab;
  }

  private digitsAfter(sign: number, value: number, count: number): void {
    this.block[this.used++] = sign;
    this.digits(value, count);
  }

  private digits(value: number, count: number): void {
    let rest = value;
    for (let at = this.used + count - 1; at >= this.used; at--) {
      const next = Math.floor(rest / 10);
      this.block[at] = zero + rest - next * 10;
      rest = next;
    }
    this.used += count;
  }

  /** Makes room; a row that began in a full block moves to the next one. */
  private reserve(bytes: number): void {
    if (this.used + bytes <= this.block.length) return;
    const begun = this.used - this.start;
    const block = Buffer.allocUnsafeSlow(Math.max(blockSize, begun + bytes));
    this.block.copy(block, 0, this.start, this.used);
    this.block = block;
    this.start = 0;
    this.used = begun;
  }
}

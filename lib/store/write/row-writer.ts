import { mostAddressBytes, putAddressBytes } from "./address";

/** A row that waits for COPY, already as the bytes of its binary format. */
export interface PackedRow {
  block: Buffer;
  start: number;
  end: number;
}

/** Bytes of a block, unless told. */
export const blockSize = 262_144;
/** Texts up to this are written character by character, which is faster than a call of the encoder. */
const shortText = 64;
/** Postgres counts microseconds from 2000-01-01. */
const epochMicros = 946_684_800_000_000;
const wholeWord = 2 ** 32;

/**
 * Writes rows for COPY (binary format) into few blocks. Ten thousand rows that
 * wait for their transaction as strings are hundreds of thousands of objects
 * for the garbage collector to carry about; as bytes they are a dozen blocks,
 * no string is put together on the way, and Postgres need not read numbers and
 * times from text. https://www.postgresql.org/docs/current/sql-copy.html, Binary Format.
 */
export class RowWriter {
  private block: Buffer;
  private view: DataView;
  private used = 0;
  private start = 0;

  /** @param newBlock makes a block of so many bytes or more. */
  constructor(
    private readonly size = blockSize,
    private readonly newBlock: (bytes: number) => Buffer = Buffer.allocUnsafeSlow,
  ) {
    this.block = newBlock(size);
    this.view = viewOf(this.block);
  }

  begin(fields: number): void {
    this.reserve(2);
    this.view.setInt16(this.used, fields);
    this.used += 2;
  }

  /** Ends the row; what was written since the last end is it. */
  end(): PackedRow {
    const start = this.endInPlace();
    return { block: this.block, start, end: this.used };
  }

  /** The same where the row is not kept; answers where it begins in the block that is being filled. */
  endInPlace(): number {
    const { start } = this;
    this.start = this.used;
    return start;
  }

  /** The block that is being filled, and how far it is. */
  get filling(): Buffer {
    return this.block;
  }

  get filled(): number {
    return this.used;
  }

  uuid(value: string): void {
    this.reserve(20);
    this.view.setInt32(this.used, 16);
    writeUuid(this.block, this.used + 4, value);
    this.used += 20;
  }

  integer(value: number): void {
    this.reserve(8);
    this.view.setInt32(this.used, 4);
    this.view.setInt32(this.used + 4, value);
    this.used += 8;
  }

  /** The lowest 16 bits of a number. */
  smallint(value: number): void {
    this.reserve(6);
    this.view.setInt32(this.used, 2);
    this.view.setInt16(this.used + 4, value);
    this.used += 6;
  }

  real(value: number): void {
    this.reserve(8);
    this.view.setInt32(this.used, 4);
    this.view.setFloat32(this.used + 4, value);
    this.used += 8;
  }

  /** A bigint, given as its halves. */
  bigint(high: number, low: number): void {
    this.reserve(12);
    this.view.setInt32(this.used, 8);
    this.view.setInt32(this.used + 4, high);
    this.view.setInt32(this.used + 8, low);
    this.used += 12;
  }

  /** A UUID, given as its quarters. */
  uuidOf(w0: number, w1: number, w2: number, w3: number): void {
    this.reserve(20);
    const { view, used } = this;
    view.setInt32(used, 16);
    view.setInt32(used + 4, w0);
    view.setInt32(used + 8, w1);
    view.setInt32(used + 12, w2);
    view.setInt32(used + 16, w3);
    this.used += 20;
  }

  /** The first 64 bits of a hash in hex as a bigint. */
  hash(hex: string): void {
    this.reserve(12);
    const { block } = this;
    this.view.setInt32(this.used, 8);
    const at = this.used + 4;
    for (let n = 0; n < 8; n++) block[at + n] = hexPair(hex, n * 2);
    this.used += 12;
  }

  /** @param micros whole microseconds since 1970. */
  timestamp(micros: number): void {
    this.reserve(12);
    const since = micros - epochMicros;
    const high = Math.floor(since / wholeWord);
    this.view.setInt32(this.used, 8);
    this.view.setInt32(this.used + 4, high);
    this.view.setUint32(this.used + 8, since - high * wholeWord);
    this.used += 12;
  }

  /** An address (it must be one) as its 4 or 16 bytes; none for null. */
  address(text: string | null): void {
    this.reserve(mostAddressBytes);
    const from = this.used + 4;
    const end = text === null ? from : putAddressBytes(this.block, from, text);
    this.view.setInt32(this.used, end - from);
    this.used = end;
  }

  /** An IPv4 address, given as a number of 32 bits, as its bytes. */
  address4(value: number): void {
    this.integer(value);
  }

  text(value: string): void {
    const { length } = value;
    if (length > shortText) {
      this.longText(value);
      return;
    }
    this.reserve(length + 4);
    const { block } = this;
    let at = this.used + 4;
    for (let n = 0; n < length; n++) {
      const code = value.charCodeAt(n);
      if (code > 126 || code === 0) {
        this.longText(value);
        return;
      }
      block[at++] = code;
    }
    this.view.setInt32(this.used, length);
    this.used = at;
  }

  private longText(value: string): void {
    // Text cannot hold NUL at all.
    const safe = value.includes("\0") ? value.replaceAll("\0", "\u00b7") : value;
    // A character takes three bytes of UTF-8 at most (a pair of surrogates four, which are two).
    this.reserve(safe.length * 3 + 4);
    const bytes = this.block.write(safe, this.used + 4, "utf8");
    this.view.setInt32(this.used, bytes);
    this.used += bytes + 4;
  }

  /** Makes room; a row that began in a full block moves to the next one. */
  private reserve(bytes: number): void {
    if (this.used + bytes <= this.block.length) return;
    const begun = this.used - this.start;
    const block = this.newBlock(Math.max(this.size, begun + bytes));
    this.block.copy(block, 0, this.start, this.used);
    this.block = block;
    this.view = viewOf(block);
    this.start = 0;
    this.used = begun;
  }
}

/** Writes the 16 bytes of a UUID. */
export function writeUuid(block: Uint8Array, at: number, uuid: string): void {
  let from = 0;
  for (let n = 0; n < 16; n++) {
    // Past the dash.
    if (n === 4 || n === 6 || n === 8 || n === 10) from += 1;
    block[at + n] = hexPair(uuid, from);
    from += 2;
  }
}

function hexPair(text: string, at: number): number {
  return (hexDigit(text.charCodeAt(at)) << 4) | hexDigit(text.charCodeAt(at + 1));
}

function hexDigit(code: number): number {
  return code <= 57 ? code - 48 : code - 87;
}

function viewOf(block: Buffer): DataView {
  return new DataView(block.buffer, block.byteOffset, block.byteLength);
}

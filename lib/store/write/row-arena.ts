/** A piece of text that waits for COPY, already as bytes. */
export interface RowTail {
  block: Buffer;
  start: number;
  end: number;
}

const blockSize = 262_144;
/** A character takes three bytes of UTF-8 at most (a pair of surrogates four, which are two). */
const mostBytesPerUnit = 3;

/**
 * Keeps the texts of many rows as bytes in few blocks. Ten thousand rows that
 * wait for their transaction as strings are hundreds of thousands of objects
 * for the garbage collector to carry about; as bytes they are forty blocks.
 */
export class RowArena {
  private block = Buffer.allocUnsafeSlow(blockSize);
  private used = 0;

  add(text: string): RowTail {
    const most = text.length * mostBytesPerUnit;
    if (most > blockSize) {
      const block = Buffer.from(text, "utf8");
      return { block, start: 0, end: block.length };
    }
    if (this.used + most > blockSize) {
      this.block = Buffer.allocUnsafeSlow(blockSize);
      this.used = 0;
    }
    const start = this.used;
    this.used += this.block.write(text, start, "utf8");
    return { block: this.block, start, end: this.used };
  }
}

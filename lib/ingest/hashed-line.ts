import { hash } from "node:crypto";
import { highOf, lowOf } from "./line-id";
import { lineHashed } from "./normalise";
import { Occurrences } from "./occurrences";

/** Of longer lines, in bytes, it is not looked whether they are ordinary. */
export const longestOrdinary = 3072;

/** What the lines of one delivery are told by: hashes (see `line-id.ts`) of the source's name, the line, and how often it came before. */
export class HashedLine {
  readonly occurrences = new Occurrences();
  /** What stands before a text that comes for the first time where it is hashed. */
  private readonly before: string;
  /** That, and behind it the line that is hashed. */
  private readonly bytes: Buffer;
  private readonly view: DataView;
  private readonly from: number;
  /** The beginnings of `bytes` that were hashed, by their length: to make one anew takes as long as to hash it. */
  private readonly parts: Buffer[] = [];

  constructor(private readonly sourceName: string) {
    this.before = lineHashed(sourceName, "", 0);
    this.from = Buffer.byteLength(this.before);
    this.bytes = Buffer.allocUnsafe(this.from + longestOrdinary);
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
    this.bytes.write(this.before);
  }

  /**
   * The hash of a line, another one each time that the same comes again.
   * @param earlier how often it came in earlier deliveries, where the sender knows.
   */
  of(text: string, earlier = 0): string {
    const first = hash("sha256", this.before + text, "binary");
    const occurrence = this.occurrences.nextOf(highOf(first), lowOf(first), earlier);
    return occurrence === 0 ? first : this.nth(text, occurrence);
  }

  /** The same of a line of ASCII that stands between two places, no longer than `longestOrdinary`. */
  in(line: DataView, from: number, to: number, earlier = 0): string {
    const first = hash("sha256", this.part(line, from, to), "binary");
    const occurrence = this.occurrences.nextOf(highOf(first), lowOf(first), earlier);
    if (occurrence === 0) return first;
    return this.nth(this.bytes.toString("latin1", this.from, this.from + to - from), occurrence);
  }

  private nth(text: string, occurrence: number): string {
    return hash("sha256", lineHashed(this.sourceName, text, occurrence), "binary");
  }

  /** Puts a line in its place; of short pieces this is faster than what copies bytes natively, and makes no object. */
  private part(line: DataView, from: number, to: number): Buffer {
    const { view } = this;
    let at = this.from;
    let next = from;
    for (; next + 4 <= to; next += 4, at += 4) view.setInt32(at, line.getInt32(next));
    for (; next < to; next++, at++) view.setUint8(at, line.getUint8(next));
    let part = this.parts[to - from];
    if (part === undefined) {
      part = this.bytes.subarray(0, at);
      this.parts[to - from] = part;
    }
    return part;
  }
}

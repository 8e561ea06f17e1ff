import { closingQuote, isNothing, withoutBackslashes } from "./quotes";

const most = 64;

/**
 * A line cut at its spaces; quoted columns may hold spaces and `\"`. One serves
 * all the lines of a format: it holds places in the line that was cut last, and
 * only what is asked for is copied out.
 */
export class Columns {
  count = 0;
  /** The last quote is open: the line was cut. */
  unclosed = false;
  private line = "";
  private readonly starts = new Int32Array(most);
  private readonly ends = new Int32Array(most);

  cut(line: string): void {
    this.line = line;
    this.unclosed = false;
    let count = 0;
    let at = 0;
    while (at < line.length && count < most) {
      let end: number;
      if (line.charCodeAt(at) === 34) {
        this.starts[count] = at + 1;
        end = closingQuote(line, at + 1);
        if (end < 0) {
          this.unclosed = true;
          end = line.length;
        }
        at = end + 2;
      } else {
        this.starts[count] = at;
        end = line.indexOf(" ", at);
        if (end < 0) end = line.length;
        at = end + 1;
      }
      this.ends[count++] = end;
    }
    this.count = count;
  }

  start(index: number): number {
    return index < this.count ? (this.starts[index] ?? 0) : 0;
  }

  end(index: number): number {
    return index < this.count ? (this.ends[index] ?? 0) : 0;
  }

  /** A column as it stands in the line; null where the line has none there. */
  raw(index: number): string | null {
    return index < this.count ? this.line.slice(this.starts[index], this.ends[index]) : null;
  }

  /** A column's value; null where there is none, nothing, or `-`. */
  value(index: number): string | null {
    if (index >= this.count || isNothing(this.line, this.start(index), this.end(index)))
      return null;
    return withoutBackslashes(this.line.slice(this.starts[index], this.ends[index]));
  }
}

/** Lines that try to break a parser, the same for the same seed. */

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const pieces = [
  "",
  " ",
  "  ",
  '"',
  '\\"',
  "\\",
  "\\x",
  "\\x22",
  "\\xFF",
  "'",
  "[",
  "]",
  "{",
  "}",
  "|",
  "/",
  "-",
  "-1",
  "--",
  "+",
  "0",
  "9".repeat(400),
  "99999999999999999999",
  "1e308",
  "NaN",
  "Infinity",
  ",",
  ", ",
  " : ",
  ";",
  "=",
  "?",
  "&",
  "%",
  "%%",
  "%zz",
  "#",
  "#2",
  "<BADREQ>",
  "<NOSRV>",
  "HTTP/",
  " HTTP/1.1",
  "GET ",
  "::",
  "::1",
  ":",
  "unix:",
  "\t",
  "\u0000",
  "\ufffd",
  "é",
  "\u2028",
  "😀",
  "\ud800",
  "null",
  "true",
  "__proto__",
  "constructor",
  '{"a":',
  '"records":[{',
  "[21/Nov/2026:12:00:00 +0000]",
  "[99/Zzz/9999:99:99:99 +9999]",
  "2026-11-21T08:00:00.123456789Z",
  "1795233522.908",
  "0000-00-00",
];

/** What a line of 64 KB is filled up with, one after the other. */
export const fillings: readonly string[] = [
  " ",
  '"',
  "\\",
  "\\x",
  "\\x41",
  ", ",
  " : ",
  "{",
  "|",
  "#2",
  "=",
  "; a",
  ", a=",
  "[",
  " [",
  "1/",
  "1",
  "a",
  "a ",
  "a:",
  '\\"',
  '" "',
  "()",
  "%",
  "%41",
  "-",
  "/",
  '{"a":',
  '"a":1,',
  " [21/Nov/2026:12:00:00 +0000] ",
  "a=b; ",
  "10.0.0.1:80, ",
  "é",
];

export const longLine = 65_536;

export class Hostile {
  private readonly random: () => number;

  constructor(
    seed: number,
    private readonly samples: readonly string[],
  ) {
    this.random = seeded(seed);
  }

  /** A sample with one to six hurts done to it. */
  line(): string {
    let line = this.sample();
    const hurts = 1 + this.below(6);
    for (let hurt = 0; hurt < hurts; hurt++) line = this.hurt(line).slice(0, 4 * longLine);
    return line;
  }

  /** A line of 64 KB: part of a sample with one thing over and over at some place. */
  long(): string {
    const line = this.sample();
    const at = this.below(line.length + 1);
    const filling =
      this.below(4) === 0
        ? line.slice(at, at + 1 + this.below(20)) || " "
        : (fillings[this.below(fillings.length)] ?? " ");
    const count = Math.ceil(longLine / filling.length);
    const rest = this.below(2) === 0 ? line.slice(at) : "";
    return line.slice(0, at) + filling.repeat(count).slice(0, longLine) + rest;
  }

  private hurt(line: string): string {
    const at = this.below(line.length + 1);
    const length = this.below(40);
    switch (this.below(9)) {
      case 0:
        return line.slice(0, at);
      case 1:
        return line.slice(at);
      case 2:
        return line.slice(0, at) + line.slice(at + length);
      case 3:
        return line.slice(0, at) + line.slice(at, at + length).repeat(2) + line.slice(at + length);
      case 4:
        return this.withoutWord(line);
      case 5: {
        const other = this.sample();
        return line.slice(0, at) + other.slice(this.below(other.length + 1));
      }
      case 6:
        return line.slice(0, at) + String.fromCharCode(this.below(0x250)) + line.slice(at + 1);
      default: {
        const piece = pieces[this.below(pieces.length)] ?? "";
        return line.slice(0, at) + piece + line.slice(at + this.below(4));
      }
    }
  }

  private withoutWord(line: string): string {
    const words = line.split(" ");
    const at = this.below(words.length);
    const other = words[this.below(words.length)] ?? "";
    words.splice(at, 1, ...(this.below(2) === 0 ? [] : [other, other]));
    return words.join(" ");
  }

  private sample(): string {
    return this.samples[this.below(this.samples.length)] ?? "";
  }

  private below(most: number): number {
    return Math.floor(this.random() * most);
  }
}

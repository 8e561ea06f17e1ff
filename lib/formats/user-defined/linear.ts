import { FormatStringError } from "../format";

/**
 * Checks that a regular expression reads any line in time that grows with the
 * line's length only. It takes a part of the language in which that can be
 * told: no repeated groups, no references and no look-arounds; and where a
 * repetition ends must be told by the next character, so that the engine never
 * has two ways to go on. `[^"]*"` is such a one, `.*"` is not.
 * @throws {FormatStringError} naming the column and what to write instead.
 */
export function checkLinear(pattern: string): void {
  const items = new PatternReader(pattern).alternatives(0);
  checkFollows(items, endOfLine, { pattern, doubtful: 0 });
}

/** So many parts that may be left out (`(?:…)?`) may leave two ways to go on: each at most doubles the time. */
const mostDoubtful = 4;

interface Check {
  pattern: string;
  doubtful: number;
}

/** ASCII characters by code, and at 128 all others. */
type CharSet = readonly boolean[];

interface Piece {
  column: number;
  /** A group's alternatives, each a sequence; null for a single character's set. */
  alternatives: Piece[][] | null;
  set: CharSet;
  least: number;
  most: number;
}

const size = 129;
const none: CharSet = new Array<boolean>(size).fill(false);
/** Nothing follows: the end of the line is in no set. */
const endOfLine: CharSet = none;

function setOf(has: (code: number) => boolean): CharSet {
  return Array.from({ length: size }, (_, code) => has(code));
}

function union(a: CharSet, b: CharSet): CharSet {
  return a.map((has, code) => has || (b[code] ?? false));
}

function overlap(a: CharSet, b: CharSet): boolean {
  return a.some((has, code) => has && b[code]);
}

const digit = setOf((code) => code >= 48 && code <= 57);
const word = setOf(
  (code) =>
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    code === 95,
);
// Some spaces are not ASCII: those count as both.
const space = setOf((code) => (code >= 9 && code <= 13) || code === 32 || code === 128);
const notSpace = setOf((code) => !((code >= 9 && code <= 13) || code === 32));
const any = setOf(() => true);
const complement = (set: CharSet) => setOf((code) => code === 128 || !set[code]);
const classes: Readonly<Record<string, CharSet>> = {
  d: digit,
  D: complement(digit),
  w: word,
  W: complement(word),
  s: space,
  S: notSpace,
};
const controls: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 };

class PatternReader {
  private at = 0;

  constructor(private readonly text: string) {}

  alternatives(depth: number): Piece[][] {
    if (depth > 20) this.fail("groups lie too deep in each other");
    const found: Piece[][] = [[]];
    while (this.at < this.text.length) {
      const char = this.text[this.at];
      if (char === ")") {
        if (depth === 0) this.fail("a parenthesis is closed that was not opened");
        break;
      }
      if (char === "|") {
        this.at++;
        found.push([]);
      } else {
        const piece = this.piece(depth);
        if (piece) found.at(-1)?.push(piece);
      }
    }
    return found;
  }

  private piece(depth: number): Piece | null {
    const column = this.at + 1;
    const char = this.text.charAt(this.at++);
    if (char === "^" || char === "$") {
      const edge = char === "^" ? column === 1 : this.at === this.text.length;
      if (!edge)
        this.fail(`${char} belongs at the pattern's ${char === "^" ? "begin" : "end"}`, column);
      return null;
    }
    let alternatives: Piece[][] | null = null;
    let set = none;
    if (char === "(") alternatives = this.group(depth, column);
    else if (char === "[") set = this.charClass();
    else if (char === ".") set = any;
    else if (char === "\\") set = this.escape(column);
    else if ("*+?{".includes(char)) this.fail(`${char} repeats nothing`, column);
    else set = setOf((code) => code === Math.min(char.charCodeAt(0), 128));
    const { least, most } = this.quantifier();
    if (alternatives && most > 1) {
      this.fail(
        "a group may not be repeated, as that can take forever: repeat a character class",
        column,
      );
    }
    return { column, alternatives, set, least, most };
  }

  private group(depth: number, column: number): Piece[][] {
    if (this.text[this.at] === "?") {
      const named = /^\?(?::|<[A-Za-z_]\w*>)/.exec(this.text.slice(this.at, this.at + 120));
      if (!named)
        this.fail("look-arounds and other groups than (?:…) and (?<name>…) are not read", column);
      this.at += named[0].length;
    }
    const found = this.alternatives(depth + 1);
    if (this.text[this.at] !== ")") this.fail("the parenthesis is not closed", column);
    this.at++;
    return found;
  }

  private escape(column: number): CharSet {
    const char = this.text.charAt(this.at++);
    const named = classes[char];
    if (named) return named;
    const control = controls[char];
    if (control !== undefined) return setOf((code) => code === control);
    const hex =
      char === "x" ? /^[\da-fA-F]{2}/.exec(this.text.slice(this.at, this.at + 2))?.[0] : null;
    if (hex) {
      this.at += 2;
      const value = Math.min(Number.parseInt(hex, 16), 128);
      return setOf((code) => code === value);
    }
    if (/[A-Za-z0-9]/.test(char) || char === "") this.fail(`\\${char} is not read`, column);
    const value = Math.min(char.charCodeAt(0), 128);
    return setOf((code) => code === value);
  }

  private charClass(): CharSet {
    const column = this.at;
    const negated = this.text[this.at] === "^";
    if (negated) this.at++;
    let set = none;
    while (this.at < this.text.length && this.text[this.at] !== "]") {
      const char = this.text.charAt(this.at++);
      let low: CharSet = none;
      let from = Math.min(char.charCodeAt(0), 128);
      if (char === "\\") {
        low = this.escape(this.at);
        const first = low.indexOf(true);
        from = low.filter(Boolean).length === 1 ? first : -1;
      } else low = setOf((code) => code === from);
      const dash = this.text[this.at] === "-" && this.text[this.at + 1] !== "]";
      if (dash && from >= 0) {
        this.at++;
        const end = this.text.charAt(this.at++);
        const high =
          end === "\\"
            ? this.escape(this.at)
            : setOf((code) => code === Math.min(end.charCodeAt(0), 128));
        const to = high.lastIndexOf(true);
        low = setOf((code) => code >= from && code <= to);
      }
      set = union(set, low);
    }
    if (this.text[this.at] !== "]") this.fail("the bracket is not closed", column);
    this.at++;
    return negated ? complement(set) : set;
  }

  private quantifier(): { least: number; most: number } {
    const found = /^(?:([*+?])|\{(\d{1,4})(?:(,)(\d{1,4})?)?\})/.exec(
      this.text.slice(this.at, this.at + 14),
    );
    if (!found) return { least: 1, most: 1 };
    this.at += found[0].length;
    // Lazy or not makes no difference where there is one way to go on.
    if (this.text[this.at] === "?") this.at++;
    else if (this.text[this.at] === "+")
      this.fail("possessive repetitions are not read", this.at + 1);
    if (found[1] === "*") return { least: 0, most: Number.POSITIVE_INFINITY };
    if (found[1] === "+") return { least: 1, most: Number.POSITIVE_INFINITY };
    if (found[1] === "?") return { least: 0, most: 1 };
    const least = Number(found[2]);
    const most = found[4] ? Number(found[4]) : found[3] ? Number.POSITIVE_INFINITY : least;
    return { least, most };
  }

  private fail(why: string, column = this.at + 1): never {
    throw new FormatStringError(`column ${column}: ${why}`);
  }
}

/** Which characters a sequence can begin with, and whether it can be empty. */
function firstOf(sequence: readonly Piece[]): { set: CharSet; canBeEmpty: boolean } {
  let set = none;
  for (const piece of sequence) {
    const first = firstOfPiece(piece);
    set = union(set, first.set);
    if (!first.canBeEmpty) return { set, canBeEmpty: false };
  }
  return { set, canBeEmpty: true };
}

function firstOfPiece(piece: Piece): { set: CharSet; canBeEmpty: boolean } {
  if (!piece.alternatives) return { set: piece.set, canBeEmpty: piece.least === 0 };
  let set = none;
  let canBeEmpty = piece.least === 0;
  for (const alternative of piece.alternatives) {
    const first = firstOf(alternative);
    set = union(set, first.set);
    canBeEmpty ||= first.canBeEmpty;
  }
  return { set, canBeEmpty };
}

/** Goes through the alternatives from their ends, with what can come after each piece. */
function checkFollows(alternatives: readonly Piece[][], after: CharSet, check: Check): void {
  let seen = none;
  for (const sequence of alternatives) {
    if (alternatives.length > 1) {
      const first = firstOf(sequence);
      const set = first.canBeEmpty ? union(first.set, after) : first.set;
      if (overlap(seen, set)) {
        throw new FormatStringError(
          `column ${sequence[0]?.column ?? 1}: two alternatives begin alike; draw the common beginning out of them`,
        );
      }
      seen = union(seen, set);
    }
    let next = after;
    for (const piece of [...sequence].reverse()) {
      if (piece.most > piece.least) {
        const own = firstOfPiece(piece).set;
        const isDoubtful = overlap(own, next);
        if (isDoubtful && piece.most === 1) check.doubtful++;
        if (isDoubtful && (piece.most > 1 || check.doubtful > mostDoubtful)) {
          const shown = check.pattern.slice(piece.column - 1, piece.column + 19);
          throw new FormatStringError(
            `column ${piece.column}: where ${shown} ends is not told by the next character, which can take forever; write a class without that character, such as [^"]* before a quote or \\S+ before a space`,
          );
        }
      }
      if (piece.alternatives) checkFollows(piece.alternatives, next, check);
      const first = firstOfPiece(piece);
      next = first.canBeEmpty ? union(first.set, next) : first.set;
    }
  }
}

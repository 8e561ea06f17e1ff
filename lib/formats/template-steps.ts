/**
 * How far a value reaches. `text`: to the text that follows it in the format.
 * `digits`, `date`, `block`, `mark` (a `?` or nothing): told by the value itself. `list`: as text, but
 * `, ` and ` : ` belong to it. `address`: an address that a `:` follows.
 * `request`: an HTTP request line without quotes. `quotes`: a row of quoted values.
 */
export type Shape =
  | "text"
  | "digits"
  | "mark"
  | "date"
  | "list"
  | "address"
  | "request"
  | "block"
  | "quotes";

/** One variable of a format string: what it is called there, how far it reaches, what it says of a request. */
export interface Slot<Draft> {
  name: string;
  shape: Shape;
  /**
   * Puts the value into the draft. Answers null, or what had been expected there.
   * Not called for a value that is missing (empty, or the format's `-`).
   */
  assign(draft: Draft, value: string): string | null;
  /** The character that every value begins with, as `/` of a path. */
  begins?: string;
}

export type Piece<Draft> =
  | { kind: "literal"; text: string }
  | {
      kind: "slot";
      slot: Slot<Draft>;
      /** The balancer puts the value in double quotes by itself. */
      quoted?: boolean;
      /** A quote or backslash inside the value has a backslash before it. */
      backslashes?: boolean;
      /** No quote stands inside the value: the balancer writes it otherwise. */
      noQuotes?: boolean;
      decode?: (value: string) => string;
    };

/** One piece, with what tells where its value ends. */
export interface Step<Draft> {
  literal: string;
  slot: Slot<Draft> | null;
  quoted: boolean;
  backslashes: boolean;
  decode: ((value: string) => string) | null;
  /** The text that ends the value; empty at the end of the line. */
  until: string;
  /** A character that ends the value too, because the next one begins with it. */
  stop: string;
  /** A number stands after `until`: where none does, the value goes on. */
  thenDigits: boolean;
  label: string;
}

/** The steps of a format string that read its pieces one after the other. */
export function stepsOf<Draft>(given: readonly Piece<Draft>[]): Step<Draft>[] {
  const pieces = joinedNeighbours(given);
  let field = 0;
  let last = "the beginning";
  return pieces.map((piece, index) => {
    if (piece.kind === "literal") {
      return {
        literal: piece.text,
        slot: null,
        quoted: false,
        backslashes: false,
        decode: null,
        until: "",
        stop: "",
        thenDigits: false,
        label: `after ${last}`,
      };
    }
    field++;
    last = `field ${field} "${piece.slot.name}"`;
    const next = pieces[index + 1];
    const afterNext = pieces[index + 2];
    let until = "";
    let stop = "";
    if (next?.kind === "literal") until = next.text;
    else if (next?.kind === "slot") {
      stop = next.quoted ? '"' : (next.slot.begins ?? "");
      if (afterNext?.kind === "literal") until = afterNext.text;
    }
    return {
      literal: "",
      slot: piece.slot,
      quoted: piece.quoted ?? false,
      backslashes: piece.backslashes ?? false,
      decode: piece.decode ?? null,
      until,
      stop,
      thenDigits:
        next?.kind === "literal" &&
        afterNext?.kind === "slot" &&
        afterNext.slot.shape === "digits" &&
        !(piece.noQuotes && until.startsWith('"')),
      label: last,
    };
  });
}

/** Two variables side by side that nothing tells apart are read as one value, which is passed over. */
function joinedNeighbours<Draft>(pieces: readonly Piece<Draft>[]): Piece<Draft>[] {
  const joined: Piece<Draft>[] = [];
  for (const piece of pieces) {
    const before = joined.at(-1);
    if (piece.kind === "literal" && before?.kind === "literal") {
      joined[joined.length - 1] = { kind: "literal", text: before.text + piece.text };
    } else if (
      piece.kind === "slot" &&
      before?.kind === "slot" &&
      !piece.quoted &&
      !before.quoted &&
      !piece.slot.begins &&
      (before.slot.shape === "text" || before.slot.shape === "list")
    ) {
      const name = before.slot.name + piece.slot.name;
      joined[joined.length - 1] = {
        kind: "slot",
        slot: { name, shape: "text", assign: () => null },
      };
    } else joined.push(piece);
  }
  return joined;
}

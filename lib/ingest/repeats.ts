import { Problem } from "@/lib/domain/problem";

/**
 * The header by which a sender that cuts one log into deliveries says that a
 * line came before in an earlier one: `12:1,40:3`, line 12 once and line 40
 * three times. The line's first place in the delivery is named, counted from 1,
 * empty lines included. Without it an equal line of another delivery is a duplicate.
 */
export const repeatsHeader = "hopwatch-repeats";

/** How often a line, by its number, came in earlier deliveries. */
export type Repeats = ReadonlyMap<number, number>;

export const noRepeats: Repeats = new Map();

/** Node refuses headers over 16 KiB together; what is beyond this is left out. */
const longestHeader = 8000;

/** @throws Problem 400 for anything else than `line:times` pairs. */
export function readRepeats(header: string | null): Repeats {
  if (header === null || header.trim() === "") return noRepeats;
  const repeats = new Map<number, number>();
  for (const pair of header.split(",")) {
    const found = /^\s*([1-9]\d{0,8}):([1-9]\d{0,8})\s*$/.exec(pair);
    if (!found)
      throw new Problem(
        400,
        "Bad Request",
        `${repeatsHeader} holds "${pair.slice(0, 40)}", which is not line:times.`,
      );
    repeats.set(Number(found[1]), Number(found[2]));
  }
  return repeats;
}

/** The header's value; null where no line came before. */
export function writeRepeats(repeats: Repeats): string | null {
  let text = "";
  for (const [line, times] of repeats) {
    const pair = `${text === "" ? "" : ","}${line}:${times}`;
    if (text.length + pair.length > longestHeader) break;
    text += pair;
  }
  return text === "" ? null : text;
}

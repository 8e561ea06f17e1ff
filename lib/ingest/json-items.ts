import { Problem } from "@/lib/domain/problem";
import type { Chunks } from "./decode";
import { type Line, linesOf } from "./lines";

/** A JSON value with its number in the delivery, or what is wrong with it. */
export type JsonItem =
  | { number: number; value: unknown; error: null; text: string }
  | { number: number; value: undefined; error: string; text: string };

/** A JSON array longer than this must come as NDJSON, which can be read in pieces. */
export const longestArray = 16 * 1024 * 1024;
/**
 * The JSON values of a body: one on each line, or one array of them.
 * @throws Problem 413 where an array is longer than `longestArray`.
 */
export async function* jsonItems(chunks: Chunks): AsyncGenerator<JsonItem[]> {
  let kind: "lines" | "whole" | null = null;
  let whole = "";
  // An array often stands on one line.
  for await (const lines of linesOf(chunks, longestArray)) {
    kind ??= kindOf(lines);
    if (kind === "lines") {
      yield lines.map(jsonLine);
      continue;
    }
    for (const line of lines) {
      if (line.tooLong !== null)
        throw new Problem(
          413,
          "A line of the JSON is too long",
          `Line ${line.number} has ${line.tooLong} bytes; send NDJSON, one event on a line.`,
        );
      whole += `${line.text}\n`;
    }
    if (whole.length > longestArray)
      throw new Problem(
        413,
        "The JSON array is too long",
        "Send it as NDJSON, one event on a line.",
      );
  }
  if (kind !== "whole") return;
  let value: unknown;
  try {
    value = JSON.parse(whole);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    yield whole
      .split("\n")
      .flatMap((text, at) =>
        text.trim() === "" ? [] : [jsonLine({ number: at + 1, text, tooLong: null })],
      );
    return;
  }
  const values: unknown[] = Array.isArray(value) ? value : [value];
  for (let from = 0; from < values.length; from += 1000)
    yield values
      .slice(from, from + 1000)
      .map((item, at) => ({ number: from + at + 1, value: item, error: null, text: "" }));
}

function kindOf(lines: readonly Line[]): "lines" | "whole" {
  const first = lines[0]?.text.trim() ?? "";
  if (first.startsWith("[")) return "whole";
  // An object that does not end on its line is pretty-printed.
  return jsonLine({ number: 1, text: first, tooLong: null }).error !== null && first === "{"
    ? "whole"
    : "lines";
}

function jsonLine(line: Line): JsonItem {
  const { number, text } = line;
  if (line.tooLong !== null)
    return { number, value: undefined, error: `line of ${line.tooLong} bytes: too long`, text };
  try {
    return { number, value: JSON.parse(text), error: null, text };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { number, value: undefined, error: "not JSON", text };
  }
}

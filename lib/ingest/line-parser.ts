import type { EpochMs } from "@/lib/domain/facts";
import { Problem } from "@/lib/domain/problem";
import { FormatStringError, type LineParser } from "@/lib/formats/format";
import { autoParser, findFormat } from "@/lib/formats/registry";
import type { SourceRules } from "./source-rules";

/**
 * The parser that a source asks for.
 * @throws Problem 422 when its format is not known or its format string is not understood.
 */
export function parserOf(
  source: Pick<SourceRules, "format" | "formatString" | "timezone">,
  receivedAt: EpochMs,
): LineParser {
  const { format: name, formatString, timezone } = source;
  if (name === "auto") return autoParser({ timezone, receivedAt });
  const format = findFormat(name);
  if (!format)
    throw new Problem(
      422,
      "The format is not known",
      `"${name}" is none of the formats that are read.`,
    );
  try {
    return format.compile({ formatString, timezone, receivedAt });
  } catch (error) {
    if (error instanceof FormatStringError)
      throw new Problem(422, "The format string is not understood", error.message, {
        errors: [{ path: "formatString", message: error.message }],
      });
    throw error;
  }
}

import type { EpochMs } from "@/lib/domain/facts";
import { Problem } from "@/lib/domain/problem";
import { findFormat } from "@/lib/formats/registry";
import type { SourceInput } from "@/lib/schemas/ingest";
import { parserOf } from "./line-parser";

/**
 * Whether lines could be read by these rules at all.
 * @throws Problem 422 that names the rule and what is wrong with it.
 */
export function checkSource(input: SourceInput, now: EpochMs): void {
  const refuse = (path: string, message: string) => {
    throw new Problem(422, "The source's rules cannot be used", message, {
      errors: [{ path, message }],
    });
  };
  if (input.timezone) {
    try {
      new Intl.DateTimeFormat("en", { timeZone: input.timezone });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      refuse("timezone", `"${input.timezone}" is no time zone of the IANA database`);
    }
  }
  if (input.format === "auto") {
    if (input.formatString)
      refuse("formatString", "a format string needs a format: name the balancer's");
    return;
  }
  const format = findFormat(input.format);
  if (!format) {
    refuse("format", `"${input.format}" is none of the formats that are read`);
    return;
  }
  if (format.formatString === "required" && !input.formatString)
    refuse("formatString", `${format.title} has no default: give the balancer's own format string`);
  parserOf(
    {
      format: input.format,
      formatString: input.formatString ?? null,
      timezone: input.timezone ?? null,
    },
    now,
  );
}

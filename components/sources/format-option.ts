/** A format as the server's registry tells it. */
export interface FormatOption {
  name: string;
  /** Other names that mean the same. */
  aliases: readonly string[];
  title: string;
  formatString: "required" | "optional" | "none";
}

/** The format that a source names, by its name or an alias. */
export function formatNamed(
  formats: FormatOption[],
  name: string | null,
): FormatOption | undefined {
  return formats.find((format) => format.name === name || format.aliases.includes(name ?? ""));
}

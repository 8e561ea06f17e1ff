/** The columns of a W3C extended log: https://www.w3.org/TR/WD-logfile.html */
export interface W3cLine {
  /** By name in lower case; null where the log has no such column or `-`. */
  value(name: string): string | null;
  /** Every column that has a value. */
  entries(): Iterable<[name: string, value: string]>;
}

/** The names of a `#Fields:` line, in lower case; null for any other line. */
export function readFieldsLine(line: string): string[] | null {
  const found = /^#?Fields:[ \t]*(.*)$/i.exec(line.slice(0, 8192).trim());
  if (!found?.[1]) return null;
  return found[1]
    .trim()
    .toLowerCase()
    .split(/[ \t]+/)
    .slice(0, 256);
}

/** A line's columns under those names; null when their number does not fit. */
export function readW3cLine(
  line: string,
  names: readonly string[],
  separator: string,
): W3cLine | null {
  const values = line.trimEnd().split(separator, names.length + 1);
  if (values.length !== names.length) return null;
  const columns = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    const value = values[index];
    if (value !== undefined && value !== "-" && value !== "") columns.set(name, value);
  }
  return w3cLineOf(columns);
}

/** A line whose columns came with their names. */
export function w3cLineOf(columns: ReadonlyMap<string, string>): W3cLine {
  return {
    value: (name) => columns.get(name) ?? null,
    entries: () => columns.entries(),
  };
}

/** The header of `cs(Cookie)` or `sc(Set-Cookie)`; null for another column. */
export function headerOfColumn(
  name: string,
): { side: "request" | "response"; header: string } | null {
  const found = /^(cs|sc)\((.+)\)$/.exec(name);
  if (!found?.[2]) return null;
  return { side: found[1] === "cs" ? "request" : "response", header: found[2] };
}

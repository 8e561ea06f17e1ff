/** The quote that closes a value, from `from` on: not one that a backslash stands before; -1 without one. */
export function closingQuote(line: string, from: number): number {
  let quote = line.indexOf('"', from);
  while (quote > from && line.charCodeAt(quote - 1) === 92) {
    let slashes = 1;
    while (quote - slashes > from && line.charCodeAt(quote - slashes - 1) === 92) slashes++;
    if (slashes % 2 === 0) return quote;
    quote = line.indexOf('"', quote + 1);
  }
  return quote;
}

/** True where nothing stands, or the `-` that says so. */
export function isNothing(line: string, from: number, to: number): boolean {
  return to === from || (to === from + 1 && line.charCodeAt(from) === 45);
}

/** A value without the backslashes that stand before its quotes and backslashes. */
export function withoutBackslashes(value: string): string {
  return value.includes("\\") ? value.replace(/\\(["\\])/g, "$1") : value;
}

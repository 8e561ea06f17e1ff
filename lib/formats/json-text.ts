/** No log nests deeper; a hostile line could, to make reading it slow. */
const deepest = 64;
/** Shorter lines cannot nest so deep that it would take long. */
const shortest = 4096;

/** The value that a JSON text holds; undefined for a text that is none, or that nests deeper than any log. */
export function parseJsonText(text: string): unknown {
  if (text.length > shortest && isTooDeep(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) {
      // Strings are jumped over; one that is not closed is for the parser to find.
      let close = text.indexOf('"', at + 1);
      while (close > 0 && isEscaped(text, close)) close = text.indexOf('"', close + 1);
      if (close < 0) return false;
      at = close;
    } else if (code === 123 || code === 91) {
      if (++depth > deepest) return true;
    } else if (code === 125 || code === 93) depth--;
  }
  return false;
}

function isEscaped(text: string, quote: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(quote - 1 - slashes) === 92) slashes++;
  return slashes % 2 === 1;
}

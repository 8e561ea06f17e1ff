/**
 * A value as it was before HAProxy logged it: control bytes and the marks
 * `{ | } " #` are written as `#` and two hex digits (manual, section 8.6).
 */
export function decoded(value: string): string {
  let hash = value.indexOf("#");
  if (hash < 0) return value;
  let out = "";
  let from = 0;
  while (hash >= 0) {
    const code = hexPair(value, hash + 1);
    if (code > 0 && code < 0x80) {
      out += value.slice(from, hash) + String.fromCharCode(code);
      from = hash + 3;
    }
    hash = value.indexOf("#", hash + 1);
  }
  return out + value.slice(from);
}

function hexPair(text: string, at: number): number {
  const high = hexDigit(text.charCodeAt(at));
  const low = hexDigit(text.charCodeAt(at + 1));
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** Adds what `capture cookie` logged, `SESSIONID=abc`, to `into`. */
export function addCaptured(into: Record<string, string>, captured: string): void {
  const equals = captured.indexOf("=");
  if (equals > 0) into[captured.slice(0, equals)] = captured.slice(equals + 1);
}

/** True for the shape of the unique-id format that the manual proposes, `7F000001:EC1E_7F000001:1F95_6B0116DE_0013:1F3E`. */
export function isUniqueId(word: string): boolean {
  return (
    word.length < 160 &&
    /^[\dA-F]+:[\dA-F]+_[\dA-F]+:[\dA-F]+_[\dA-F]+_[\dA-F]+:[\dA-F]+$/.test(word)
  );
}

/** True for what `unique-id-format %[uuid()]` makes. */
export function isUuid(word: string): boolean {
  return (
    word.length === 36 &&
    word.charCodeAt(8) === 45 &&
    /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(word)
  );
}

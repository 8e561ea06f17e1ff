const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * A value as it was before `escape=default` wrote `"`, `\` and every byte
 * outside printable ASCII as `\xHH`. Bytes that are no UTF-8 and NUL stay as written.
 */
export function decodedDefault(value: string): string {
  let slash = value.indexOf("\\x");
  if (slash < 0) return value;
  let out = "";
  let from = 0;
  while (slash >= 0) {
    if (hexByte(value, slash + 2) <= 0) {
      slash = value.indexOf("\\x", slash + 2);
      continue;
    }
    const bytes: number[] = [];
    let at = slash;
    while (value.charCodeAt(at) === 92 && value.charCodeAt(at + 1) === 120) {
      const byte = hexByte(value, at + 2);
      if (byte <= 0) break;
      bytes.push(byte);
      at += 4;
    }
    const text = utf8(bytes);
    if (text !== null) {
      out += value.slice(from, slash) + text;
      from = at;
    }
    slash = value.indexOf("\\x", at);
  }
  return out + value.slice(from);
}

function utf8(bytes: number[]): string | null {
  try {
    return decoder.decode(Uint8Array.from(bytes));
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

function hexByte(text: string, at: number): number {
  const high = hexDigit(text.charCodeAt(at));
  const low = hexDigit(text.charCodeAt(at + 1));
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** A value as it was before `escape=json` (or HAProxy's `json` converter) escaped it. NUL becomes U+FFFD. */
export function decodedJson(value: string): string {
  if (!value.includes("\\")) return value;
  try {
    const text: unknown = JSON.parse(`"${value}"`);
    return typeof text === "string" ? text.replaceAll("\0", "\ufffd") : value;
  } catch (error) {
    if (error instanceof SyntaxError) return value;
    throw error;
  }
}

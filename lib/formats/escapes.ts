/** A run of bytes written as `\xHH`; NUL stays as it is written. */
const escapedBytes = /(?:\\x(?!00)[\da-fA-F]{2})+/g;

/**
 * A value as it was before `escape=default` wrote `"`, `\` and every byte
 * outside printable ASCII as `\xHH`. Bytes that are no UTF-8 and NUL stay as written.
 */
export function decodedDefault(value: string): string {
  if (!value.includes("\\x")) return value;
  return value.replace(escapedBytes, (run) => utf8(run) ?? run);
}

/** The text of `\xC3\xBC`; null where the bytes are no UTF-8 (RFC 3629, section 4). */
function utf8(run: string): string | null {
  let text = "";
  for (let at = 2; at < run.length; at += 4) {
    const first = byteAt(run, at);
    if (first < 0x80) {
      text += String.fromCharCode(first);
      continue;
    }
    const more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    if (first < 0xc2 || first > 0xf4) return null;
    let code = first & (0x3f >> more);
    for (let index = 0; index < more; index++) {
      at += 4;
      const next = at < run.length ? byteAt(run, at) : 0;
      if (next >> 6 !== 2) return null;
      code = (code << 6) | (next & 0x3f);
    }
    if (code < (more === 3 ? 0x1_0000 : more === 2 ? 0x800 : 0x80)) return null;
    if (code > 0x10_ffff || (code >= 0xd800 && code < 0xe000)) return null;
    text += String.fromCodePoint(code);
  }
  return text;
}

function byteAt(run: string, at: number): number {
  return hexDigit(run.charCodeAt(at)) * 16 + hexDigit(run.charCodeAt(at + 1));
}

/** The value of a digit that is known to be one. */
function hexDigit(code: number): number {
  return code <= 57 ? code - 48 : (code | 32) - 87;
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

/** What must not come to rest: values that open something, in queries, paths and rejected text. */

const secretName =
  /pass|pwd|secret|token|sess|^sid$|[._-]sid$|auth|jwt|credential|signature|^sig$|api[._-]?key|^key$|^code$|^state$|otp|ticket|saml|nonce|bearer|csrf|xsrf/i;
const mask = "***";

/** A word long and mixed enough to be a key: such values are masked whatever the parameter's name. */
function looksLikeKey(value: string): boolean {
  return (
    value.length >= 24 &&
    /^[\w.~+/=%:-]+$/.test(value) &&
    /\d/.test(value) &&
    /[a-z]/i.test(value) &&
    !/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(value)
  );
}

export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/** A query string without the values of parameters that look like secrets, names kept. */
export function redactQuery(query: string): string {
  if (!query.includes("=")) return looksLikeKey(query) ? mask : query;
  return query
    .split("&")
    .map((pair) => {
      const equals = pair.indexOf("=");
      if (equals < 0) return looksLikeKey(pair) ? mask : pair;
      const name = pair.slice(0, equals);
      const value = pair.slice(equals + 1);
      return value !== "" && (isSecretName(name) || looksLikeKey(value)) ? `${name}=${mask}` : pair;
    })
    .join("&");
}

/** A path without the session that servlet containers write into it (`;jsessionid=…`). */
export function redactPath(path: string): string {
  if (!path.includes(";")) return path;
  return path.replace(/;([\w.-]+)=([^;/?#]*)/g, (whole, name: string, value: string) =>
    isSecretName(name) || looksLikeKey(value) ? `;${name}=${mask}` : whole,
  );
}

/** Free text (a line that was rejected) without anything in it that could be a key, cut to `longest` characters. */
export function redactText(text: string, longest = 300): string {
  const printable = text
    .slice(0, longest * 4)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control bytes are what is looked for
    .replace(/[\u0000-\u001f\u007f-\u009f\ufffd]/g, "\u00b7");
  const masked = printable
    .replace(
      /((?:["']?)([\w.-]{1,60})["']?\s*[=:]\s*["']?)([^\s;,&"'{}|]{4,})/g,
      (whole, before: string, name: string) => (isSecretName(name) ? before + mask : whole),
    )
    .replace(/(bearer|basic)\s+\S+/gi, (_, scheme: string) => `${scheme} ${mask}`)
    .replace(/[\w+=%~-]{20,}/g, (word) =>
      /\d/.test(word) && /[a-z]/i.test(word) && !/^\d{4}-\d\d-\d\dT/.test(word) ? mask : word,
    );
  return masked.length > longest ? `${masked.slice(0, longest - 1)}…` : masked;
}

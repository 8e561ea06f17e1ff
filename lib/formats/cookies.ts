/** Reads a `Cookie` request header (RFC 6265, section 4.2) into `into`; the first of two of one name wins. */
export function readCookieHeader(header: string, into: Record<string, string>): void {
  let from = 0;
  while (from < header.length) {
    let end = header.indexOf(";", from);
    if (end < 0) end = header.length;
    const equals = header.indexOf("=", from);
    if (equals > from && equals < end) {
      const name = header.slice(from, equals).trim();
      if (name !== "" && !Object.hasOwn(into, name)) {
        into[name] = unquoted(header.slice(equals + 1, end).trim());
      }
    } else if (equals < 0) return;
    from = end + 1;
  }
}

/**
 * Reads one or several `Set-Cookie` values (NGINX joins several with `, `)
 * into `into`. A cookie that is deleted (`Max-Age=0`, an expiry in 1970) has an empty value.
 */
export function readSetCookieHeader(header: string, into: Record<string, string>): void {
  let name: string | null = null;
  let from = 0;
  while (from < header.length) {
    let end = from;
    let startsCookie = from === 0;
    for (; end < header.length; end++) {
      const code = header.charCodeAt(end);
      if (code === 59) break;
      if (code === 44 && beginsPair(header, end + 1)) break;
    }
    if (from > 0 && header.charCodeAt(from - 1) === 44) startsCookie = true;
    const part = header.slice(from, end).trim();
    const equals = part.indexOf("=");
    if (startsCookie) {
      name = equals > 0 ? part.slice(0, equals).trim() : null;
      if (name) into[name] = unquoted(part.slice(equals + 1).trim());
    } else if (name && equals > 0 && isDeletion(part, equals)) {
      into[name] = "";
    }
    from = end + 1;
  }
}

/** True where ` name=` follows a comma: another cookie, not the comma of a date. */
function beginsPair(header: string, from: number): boolean {
  let at = from;
  while (header.charCodeAt(at) === 32) at++;
  const start = at;
  for (; at < header.length && at - start < 128; at++) {
    const code = header.charCodeAt(at);
    if (code === 61) return at > start;
    if (code <= 32 || code === 59 || code === 44 || code === 34) return false;
  }
  return false;
}

function isDeletion(attribute: string, equals: number): boolean {
  const name = attribute.slice(0, equals).trim().toLowerCase();
  const value = attribute.slice(equals + 1).trim();
  if (name === "max-age") return value === "0" || value.startsWith("-");
  return name === "expires" && /\b(1970|19[0-6]\d)\b|[-\s]70\s/.test(value.slice(0, 40));
}

function unquoted(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"')
    ? value.slice(1, -1)
    : value;
}

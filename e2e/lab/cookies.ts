/** The cookies of a `Cookie` header, by name. */
export function parseCookies(header: string | undefined): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const part of (header ?? "").split(";")) {
    const equals = part.indexOf("=");
    if (equals > 0) cookies.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  return cookies;
}

/** What one `Set-Cookie` header sets; `gone` when it deletes the cookie. */
export function parseSetCookie(header: string): { name: string; value: string; gone: boolean } {
  const [pair = "", ...attributes] = header.split(";");
  const equals = pair.indexOf("=");
  const gone = attributes.some((attribute) => {
    const [name = "", value = ""] = attribute.split("=");
    const word = name.trim().toLowerCase();
    if (word === "max-age") return Number(value) <= 0;
    return word === "expires" && Date.parse(value) < Date.UTC(2000, 0, 1);
  });
  return { name: pair.slice(0, equals).trim(), value: pair.slice(equals + 1).trim(), gone };
}

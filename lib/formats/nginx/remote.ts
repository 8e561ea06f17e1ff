import type { RequestLine } from "@/lib/domain/facts";
import { ipAddressOf } from "../addresses";
import { splitAddress } from "../request-fact";

/**
 * Reads what stands before the date: `address - user`, with a host before it,
 * with the addresses of an X-Forwarded-For in its place, with the address once
 * more in brackets (older ingress-nginx), or `address identity user`. False where it is none.
 */
export function readRemote(
  request: RequestLine,
  line: string,
  start: number,
  open: number,
): boolean {
  const space = line.indexOf(" ", start);
  if (space < start + 1 || space >= open) return false;
  // Nearly always: address, a dash, and a user or none.
  const dashFollows = line.charCodeAt(space + 1) === 45 && line.charCodeAt(space + 2) === 32;
  if (dashFollows && line.charCodeAt(space - 1) !== 44) {
    return setClient(request, line.slice(start, space));
  }
  const words = line.slice(start, open).split(" ", 40);
  let at = 0;
  // `203.0.113.9, 10.0.0.1, 127.0.0.1`: the first is who asked.
  while (words[at]?.endsWith(",")) at++;
  if (at > 0) {
    const first = words.find((word) => ipAddressOf(word.replace(/,$/, "")) !== null);
    if (!isAddress(words[at] ?? "") || words[at + 1] !== "-") return false;
    return setClient(request, (first ?? words[0] ?? "").replace(/,$/, ""));
  }
  const [first = "", second = "", third] = words;
  if (third === "-" && second !== "-" && isAddress(second)) {
    request.host = withoutPort(first);
    return setClient(request, second);
  }
  // The identity of RFC 1413, which Apache's %l tells, and then the user.
  return words.length >= 3 && ipAddressOf(first) !== null && setClient(request, first);
}

function setClient(request: RequestLine, address: string): boolean {
  if (!isAddress(address)) return false;
  const ip = ipAddressOf(address);
  if (ip !== null) request.client.ip = ip;
  else if (address !== "unix:") {
    const split = splitAddress(address);
    if (split.ip !== null) request.client = split;
  }
  return true;
}

function withoutPort(host: string): string {
  const colon = host.lastIndexOf(":");
  return colon > 0 ? host.slice(0, colon) : host;
}

/** An address or a host name; not a word that another format would begin with. */
function isAddress(text: string): boolean {
  if (text === "" || text.length > 255) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const lower = code | 32;
    const allowed =
      (code >= 48 && code <= 58) ||
      (lower >= 97 && lower <= 122) ||
      code === 45 ||
      code === 46 ||
      code === 95 ||
      code === 91 ||
      code === 93;
    if (!allowed) return false;
  }
  return true;
}

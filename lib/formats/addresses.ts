/** The IP address that `text` is, without a zone (`%eth0`) and brackets; null for anything else, such as a host name. */
export function ipAddressOf(text: string): string | null {
  if (isIpv4(text, 0, text.length)) return text;
  if (text.indexOf(":") < 0) return null;
  if (text.charCodeAt(0) === 91) {
    const inside = text.slice(1, -1);
    return text.endsWith("]") && isIpv6(inside) ? inside : null;
  }
  const zone = text.indexOf("%");
  const bare = zone < 0 ? text : text.slice(0, zone);
  return isIpv6(bare) ? bare : null;
}

function isIpv4(text: string, from: number, to: number): boolean {
  if (to - from < 7 || to - from > 15) return false;
  let parts = 1;
  let value = 0;
  let digits = 0;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) {
      value = value * 10 + (code - 48);
      if (++digits > 3 || value > 255) return false;
    } else if (code === 46 && digits > 0) {
      parts++;
      value = 0;
      digits = 0;
    } else return false;
  }
  return parts === 4 && digits > 0;
}

/** RFC 4291, section 2.2: eight groups of hex, one run of zero groups written `::`, the last two as IPv4 if need be. */
function isIpv6(text: string): boolean {
  if (text.length < 2 || text.length > 45) return false;
  const halves = text.split("::");
  if (halves.length > 2) return false;
  let groups = 0;
  for (const [index, half] of halves.entries()) {
    if (half === "") continue;
    const parts = half.split(":");
    for (const [place, part] of parts.entries()) {
      const isLast = index === halves.length - 1 && place === parts.length - 1;
      if (isLast && part.includes(".")) {
        if (!isIpv4(part, 0, part.length)) return false;
        groups += 2;
      } else if (!/^[\da-fA-F]{1,4}$/.test(part)) return false;
      else groups++;
    }
  }
  return halves.length === 2 ? groups < 8 : groups === 8;
}

/** The 16 bytes of an IPv6 address; it must be one, without a zone. */
export function addressBytes(address: string): Uint8Array {
  const bytes = new Uint8Array(16);
  groupsOf(address).forEach((group, at) => {
    const value = Number.parseInt(group, 16);
    bytes[at * 2] = value >> 8;
    bytes[at * 2 + 1] = value & 255;
  });
  return bytes;
}

/** The eight groups of an IPv6 address, as it writes them; those that `::` stands for are 0. */
export function groupsOf(address: string): string[] {
  const [head = "", tail] = withoutDots(address).split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros: string[] =
    tail === undefined ? [] : Array<string>(8 - before.length - after.length).fill("0");
  return [...before, ...zeros, ...after];
}

/** `::ffff:10.0.0.1` with its last 32 bits as two groups. */
function withoutDots(address: string): string {
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  if (!dotted) return address;
  const [whole, a, b, c, d] = dotted;
  const group = (high?: string, low?: string) => (Number(high) * 256 + Number(low)).toString(16);
  return `${address.slice(0, -whole.length)}${group(a, b)}:${group(c, d)}`;
}

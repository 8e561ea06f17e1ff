/** Bytes that `putAddress` writes at most. */
export const mostAddressBytes = 24;

/** Writes an address (it must be one) as a value of `inet` in binary form, its length before it; answers where it ends. */
export function putAddress(block: Buffer, at: number, text: string | null): number {
  if (text === null) return block.writeInt32BE(-1, at);
  const end = putAddressBytes(block, at + 8, text);
  const length = end - at - 8;
  block.writeInt32BE(4 + length, at);
  block[at + 4] = length === 16 ? 3 : 2;
  block[at + 5] = length * 8;
  block[at + 6] = 0;
  block[at + 7] = length;
  return end;
}

/** Writes the 4 or 16 bytes of an address (it must be one); answers where they end. */
export function putAddressBytes(block: Buffer, at: number, text: string): number {
  const number = addressNumber(text);
  if (number !== null) return block.writeInt32BE(number, at);
  block.set(addressBytes(text), at);
  return at + 16;
}

/** An IPv4 address as a number of 32 bits; null for one of IPv6. */
export function addressNumber(text: string): number | null {
  let number = 0;
  let part = 0;
  for (let n = 0; n < text.length; n++) {
    const code = text.charCodeAt(n);
    if (code === 58) return null;
    if (code === 46) {
      number = (number << 8) | part;
      part = 0;
    } else part = part * 10 + code - 48;
  }
  return (number << 8) | part;
}

/** The text of an IPv4 address. */
export function addressText(number: number): string {
  return `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;
}

/** The 16 bytes of an IPv6 address; it must be one, without a zone. */
function addressBytes(address: string): Uint8Array {
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

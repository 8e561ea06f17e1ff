/** UUIDs as four numbers of 32 bits, which can be kept and compared without a text. */

/** Reads a (lower-case) UUID into `words`. */
export function uuidWords(uuid: string, words: Int32Array): void {
  let from = 0;
  for (let word = 0; word < 4; word++) {
    let value = 0;
    for (let digit = 0; digit < 8; from++) {
      const code = uuid.charCodeAt(from);
      // Past the dash.
      if (code === 45) continue;
      value = (value << 4) | (code <= 57 ? code - 48 : code - 87);
      digit += 1;
    }
    words[word] = value;
  }
}

const digits = Buffer.from("0123456789abcdef", "latin1");

/** Writes the UUID that stands in `words` from a place on as its 36 characters; answers where they end. */
export function writeUuidText(words: Int32Array, from: number, to: Buffer, at: number): number {
  let place = at;
  for (let nibble = 0; nibble < 32; nibble++) {
    if (nibble === 8 || nibble === 12 || nibble === 16 || nibble === 20) to[place++] = 45;
    const word = words[from + (nibble >> 3)] ?? 0;
    to[place++] = digits[(word >>> (28 - (nibble & 7) * 4)) & 15] ?? 0;
  }
  return place;
}

const text = Buffer.alloc(36);

/** The UUID that stands in `words` from a place on. */
export function uuidOf(words: Int32Array, from: number): string {
  writeUuidText(words, from, text, 0);
  return text.toString("latin1");
}

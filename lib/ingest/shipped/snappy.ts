/** The bytes are no snappy block. */
export class SnappyError extends Error {
  override name = "SnappyError";
}

/**
 * The plain bytes of a snappy block, the form without frames that Loki's and
 * Prometheus' push calls use
 * (https://github.com/google/snappy/blob/main/format_description.txt).
 * @param limit bytes that it may have when it is plain.
 * @throws SnappyError when it is not valid, RangeError when it is larger than `limit`.
 */
export function unsnappy(bytes: Uint8Array, limit: number): Uint8Array {
  const damaged = () => new SnappyError("the body is not whole and valid snappy");
  let at = 0;
  let size = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    if (byte === undefined || shift > 28) throw damaged();
    size += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  if (size > limit) throw new RangeError(`${size} bytes`);
  const plain = new Uint8Array(size);
  let written = 0;
  const little = (from: number, count: number) => {
    let value = 0;
    for (let n = 0; n < count; n++) {
      const byte = bytes[from + n];
      if (byte === undefined) throw damaged();
      value += byte * 2 ** (8 * n);
    }
    return value;
  };
  while (at < bytes.byteLength) {
    const tag = bytes[at++] ?? 0;
    const kind = tag & 3;
    if (kind === 0) {
      let length = (tag >> 2) + 1;
      if (length > 60) {
        const width = length - 60;
        length = little(at, width) + 1;
        at += width;
      }
      if (at + length > bytes.byteLength || written + length > size) throw damaged();
      plain.set(bytes.subarray(at, at + length), written);
      at += length;
      written += length;
      continue;
    }
    const length = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    const width = kind === 1 ? 1 : kind === 2 ? 2 : 4;
    const offset = little(at, width) + (kind === 1 ? (tag >> 5) * 256 : 0);
    at += width;
    if (offset === 0 || offset > written || written + length > size) throw damaged();
    // A copy may reach into what it writes itself: that is how repetitions are told.
    if (offset >= length) plain.copyWithin(written, written - offset, written - offset + length);
    else for (let n = 0; n < length; n++) plain[written + n] = plain[written + n - offset] ?? 0;
    written += length;
  }
  if (written !== size) throw damaged();
  return plain;
}

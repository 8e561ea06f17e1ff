/** One field of a protobuf message: a number for varints and fixed widths, bytes for what has a length. */
export type ProtoField =
  | { field: number; kind: "number"; value: bigint }
  | { field: number; kind: "double"; value: bigint }
  | { field: number; kind: "bytes"; value: Uint8Array };

/** The bytes are no protobuf message. */
export class ProtobufError extends Error {
  override name = "ProtobufError";
}

/**
 * The fields of a message in the order in which they stand
 * (https://protobuf.dev/programming-guides/encoding/). Groups, which no message
 * read here has, are refused.
 * @throws ProtobufError
 */
export function* protoFields(bytes: Uint8Array): Generator<ProtoField> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at];
      if (byte === undefined) throw new ProtobufError("the message is cut off");
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new ProtobufError("a number has more than ten bytes");
  };
  // Tags and lengths are small: plain numbers are several times as fast as big ones.
  const small = (): number => {
    let value = 0;
    for (let factor = 1; factor <= 2 ** 28; factor *= 128) {
      const byte = bytes[at];
      if (byte === undefined) throw new ProtobufError("the message is cut off");
      at += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw new ProtobufError("a tag or a length has more than five bytes");
  };
  const need = (length: number) => {
    if (at + length > bytes.byteLength) throw new ProtobufError("the message is cut off");
  };
  while (at < bytes.byteLength) {
    const tag = small();
    const field = Math.floor(tag / 8);
    if (field === 0) throw new ProtobufError("a field has no number");
    switch (tag % 8) {
      case 0:
        yield { field, kind: "number", value: varint() };
        break;
      case 1:
        need(8);
        yield { field, kind: "double", value: view.getBigUint64(at, true) };
        at += 8;
        break;
      case 2: {
        const length = small();
        need(length);
        yield { field, kind: "bytes", value: bytes.subarray(at, at + length) };
        at += length;
        break;
      }
      case 5:
        need(4);
        yield { field, kind: "number", value: BigInt(view.getUint32(at, true)) };
        at += 4;
        break;
      default:
        throw new ProtobufError("a field is of a kind that is not read");
    }
  }
}

/** A 64-bit pattern as the double it stands for. */
export function asDouble(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}

export function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

/** A field of the message to be written: a text, a message, or a whole number. */
export function protoMessage(
  fields: readonly [field: number, value: string | Uint8Array | number][],
): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [field, value] of fields) {
    if (typeof value === "number") {
      parts.push(varintOf(field * 8), varintOf(value));
      continue;
    }
    const bytes = typeof value === "string" ? Buffer.from(value) : value;
    parts.push(varintOf(field * 8 + 2), varintOf(bytes.byteLength), bytes);
  }
  return Buffer.concat(parts);
}

function varintOf(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

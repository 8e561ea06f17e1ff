import { putAddress } from "./address";

/**
 * An array as a statement's parameter, in Postgres' binary form: for tens of
 * thousands of values it is made, and read there, in a fraction of the time
 * that their texts take. (array_send and the types' own send functions.)
 */
export class BinaryArray {
  private readonly bytes: Buffer;
  private readonly view: DataView;
  private used = 20;

  /** @param most bytes that a value takes at most. */
  constructor(type: keyof typeof oids, length: number, most: number) {
    this.bytes = Buffer.allocUnsafe(20 + length * (4 + most));
    const { buffer, byteOffset, byteLength } = this.bytes;
    this.view = new DataView(buffer, byteOffset, byteLength);
    // One dimension (none where it is empty), NULLs allowed, counted from 1.
    this.bytes.writeInt32BE(length === 0 ? 0 : 1, 0);
    this.bytes.writeInt32BE(1, 4);
    this.bytes.writeInt32BE(oids[type], 8);
    this.bytes.writeInt32BE(length, 12);
    this.bytes.writeInt32BE(1, 16);
    if (length === 0) this.used = 12;
  }

  /** The parameter. */
  end(): Buffer {
    return this.bytes.subarray(0, this.used);
  }

  integer(value: number): void {
    this.view.setInt32(this.used, 4);
    this.view.setInt32(this.used + 4, value);
    this.used += 8;
  }

  boolean(value: boolean): void {
    this.view.setInt32(this.used, 1);
    this.bytes[this.used + 4] = value ? 1 : 0;
    this.used += 5;
  }

  double(value: number): void {
    this.view.setInt32(this.used, 8);
    this.view.setFloat64(this.used + 4, value);
    this.used += 12;
  }

  uuid(w0: number, w1: number, w2: number, w3: number): void {
    this.view.setInt32(this.used, 16);
    this.view.setInt32(this.used + 4, w0);
    this.view.setInt32(this.used + 8, w1);
    this.view.setInt32(this.used + 12, w2);
    this.view.setInt32(this.used + 16, w3);
    this.used += 20;
  }

  /** An IPv4 address, as a number of 32 bits. */
  address4(value: number): void {
    this.view.setInt32(this.used, 8);
    // Family, bits of the net, that it is no net, and bytes.
    this.view.setInt32(this.used + 4, 0x02_20_00_04);
    this.view.setInt32(this.used + 8, value);
    this.used += 12;
  }

  address(text: string | null): void {
    this.used = putAddress(this.bytes, this.used, text);
  }
}

/** The types' numbers in pg_type. */
const oids = { boolean: 16, integer: 23, double: 701, inet: 869, uuid: 2950 };

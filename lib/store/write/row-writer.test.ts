import { describe, expect, it } from "vitest";
import { RowWriter } from "./row-writer";

function written(write: (writer: RowWriter) => void, writer = new RowWriter()): Buffer {
  write(writer);
  const { block, start, end } = writer.end();
  return Buffer.from(block.subarray(start, end));
}

/** The fields of a row, each as its bytes; null for none. */
function fields(row: Buffer, from = 0): (Buffer | null)[] {
  const found: (Buffer | null)[] = [];
  for (let at = from; at < row.length; ) {
    const length = row.readInt32BE(at);
    at += 4;
    found.push(length < 0 ? null : row.subarray(at, at + length));
    at += Math.max(length, 0);
  }
  return found;
}

describe("a row for COPY in its binary format", () => {
  it("has its fields with their lengths before them", () => {
    const row = written((writer) => {
      writer.begin(4);
      writer.text("GET");
      writer.text("Grüße \u{1f600}");
      writer.text("");
      writer.text("x".repeat(100));
    });
    expect(row.readInt16BE(0)).toBe(4);
    expect(fields(row, 2).map(String)).toEqual(["GET", "Grüße \u{1f600}", "", "x".repeat(100)]);
  });

  it("holds no NUL in its texts, which Postgres does not take", () => {
    expect(fields(written((row) => row.text("a\0b"))).map(String)).toEqual(["a·b"]);
  });

  it("writes numbers and ids as Postgres reads them", () => {
    const uuid = "01234567-89ab-cdef-fedc-ba9876543210";
    const [integer, real, id, short] = fields(
      written((row) => {
        row.integer(-2);
        row.real(12.5);
        row.uuid(uuid);
        row.hash(uuid.replaceAll("-", ""));
      }),
    );
    expect(integer?.readInt32BE()).toBe(-2);
    expect(real?.readFloatBE()).toBe(12.5);
    expect(id?.toString("hex")).toBe(uuid.replaceAll("-", ""));
    expect(short?.toString("hex")).toBe("0123456789abcdef");
  });

  it("counts moments from the year 2000, also those before it", () => {
    const since = Date.UTC(2000, 0, 1) * 1000;
    const moments = [since, since + 1, since + 834_567_890_123_456, since - 1, since - 2 ** 40];
    const found = fields(written((row) => moments.forEach((at) => void row.timestamp(at))));
    expect(found.map((field) => Number(field?.readBigInt64BE()) + since)).toEqual(moments);
  });

  it("writes addresses of both versions", () => {
    const addresses = [
      "10.0.0.255",
      "2001:db8::1",
      "::",
      "::ffff:1.2.3.4",
      "1:2:3:4:5:6:7:8",
      null,
    ];
    const found = fields(written((row) => addresses.forEach((text) => void row.address(text))));
    expect(found.map((field) => field?.toString("hex") ?? null)).toEqual([
      "0a0000ff",
      "20010db8000000000000000000000001",
      "0".repeat(32),
      `${"0".repeat(20)}ffff01020304`,
      "00010002000300040005000600070008",
      "",
    ]);
  });

  it("stays whole where it does not fit into the rest of its block", () => {
    const writer = new RowWriter();
    for (let n = 0; n < 2000; n++) {
      const row = written((own) => {
        own.integer(n);
        own.text(`${n} `.repeat(100));
      }, writer);
      const [number, text] = fields(row);
      expect(number?.readInt32BE()).toBe(n);
      expect(String(text)).toBe(`${n} `.repeat(100));
    }
    expect(fields(written((row) => row.text("é".repeat(400_000)), writer)).map(String)).toEqual([
      "é".repeat(400_000),
    ]);
  });
});

import { describe, expect, it } from "vitest";
import { RowWriter } from "./row-writer";

function written(write: (writer: RowWriter) => void, writer = new RowWriter()): string {
  write(writer);
  const { block, start, end } = writer.end();
  return block.toString("utf8", start, end);
}

describe("a row's end for COPY", () => {
  it("has its fields between tabs, escaped as the text format wants them", () => {
    const row = written((writer) => {
      writer.text("GET");
      writer.text("a\tb\\c\nd");
      writer.text("Grüße \u{1f600}");
      writer.text(null);
      writer.text("");
      writer.text("x".repeat(100));
      writer.boolean(true);
      writer.boolean(false);
      writer.boolean(null);
    });
    expect(row).toBe(
      `GET\ta\\tb\\\\c\\nd\tGrüße \u{1f600}\t\\N\t\t${"x".repeat(100)}\tt\tf\t\\N\n`,
    );
  });

  it("writes numbers as they are, whole or not, large or below zero", () => {
    const numbers = [0, 7, 10, 999_999_999, 1_000_000_000, 2 ** 53, -1, 0.25, 12.5];
    const row = written((writer) => {
      for (const number of numbers) writer.number(number);
      writer.number(null);
    });
    expect(row).toBe(`${numbers.join("\t")}\t\\N\n`);
  });

  it("writes moments to the microsecond, also at the end of a day and before 1970", () => {
    const row = written((writer) => {
      writer.timestamp(Date.UTC(2026, 0, 5, 9, 8, 7));
      writer.timestamp(Date.UTC(2026, 0, 5, 9, 8, 7, 45));
      writer.timestamp(Date.UTC(2026, 0, 5, 23, 59, 59, 999) + 0.001);
      writer.timestamp(Date.UTC(2026, 0, 5, 23, 59, 59, 999) + 0.9999);
      writer.timestamp(-1);
      writer.timestamp(null);
    });
    expect(row.trimEnd().split("\t")).toEqual([
      "2026-01-05T09:08:07+00",
      "2026-01-05T09:08:07.045000+00",
      "2026-01-05T23:59:59.999001+00",
      "2026-01-06T00:00:00+00",
      "1969-12-31T23:59:59.999000+00",
      "\\N",
    ]);
  });

  it("stays whole where it does not fit into the rest of its block", () => {
    const writer = new RowWriter();
    const rows = Array.from({ length: 2000 }, (_, n) =>
      written((row) => {
        row.number(n);
        row.text(`${n} `.repeat(100));
      }, writer),
    );
    expect(rows.every((row, n) => row === `${n}\t${`${n} `.repeat(100)}\n`)).toBe(true);
    expect(written((row) => row.text("é".repeat(400_000)), writer)).toBe(
      `${"é".repeat(400_000)}\n`,
    );
  });
});

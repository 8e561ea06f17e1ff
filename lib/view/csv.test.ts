import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvLine } from "./csv";

describe("a line of a CSV", () => {
  it("quotes what would end a cell or a line", () => {
    expect(csvLine(["a,b", 'say "no"', "two\nlines", null, 7, true, -1])).toBe(
      '"a,b","say ""no""","two\nlines",,7,true,-1\r\n',
    );
  });

  it("never begins a cell with what a spreadsheet runs", () => {
    for (const text of ['=HYPERLINK("http://x")', "+1", "-1+cmd", "@SUM(A1)", "\tx", "\r=1"])
      expect(csvLine([text])).toMatch(/^"'/);
    fc.assert(
      fc.property(fc.string(), (text) => {
        const [first = ""] = csvLine([text]).replace(/^"/, "");
        expect("=+-@\t".includes(first)).toBe(false);
      }),
    );
  });
});

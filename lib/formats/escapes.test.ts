import { describe, expect, it } from "vitest";
import { decodedDefault } from "./escapes";
import { parseJsonText } from "./json-text";

describe("Bytes that NGINX wrote as \\xHH", () => {
  it("become the text that they are in UTF-8", () => {
    expect(decodedDefault("a \\x22b\\x22 \\xC3\\xBC \\xe2\\x82\\xac \\xF0\\x9F\\x98\\x80")).toBe(
      'a "b" ü € 😀',
    );
  });

  it("stay as they are written where they are none: cut, overlong, surrogates, NUL", () => {
    for (const text of [
      "\\xC3",
      "\\xC3\\x22",
      "\\xC0\\x80",
      "\\xE0\\x80\\x80",
      "\\xED\\xA0\\x80",
      "\\xF5\\x80\\x80\\x80",
      "\\xFF",
      "\\x00",
      "\\x",
      "\\x4",
      "\\xZZ",
    ])
      expect(decodedDefault(text)).toBe(text);
    expect(decodedDefault("\\x41\\x00\\x42")).toBe("A\\x00B");
  });
});

describe("JSON that nests deeper than any log", () => {
  it("is none, and text that only looks so is read", () => {
    expect(parseJsonText(`${'{"a":'.repeat(2000)}1${"}".repeat(2000)}`)).toBeUndefined();
    expect(parseJsonText("[".repeat(60_000))).toBeUndefined();
    const harmless = { a: '[{"\\'.repeat(3000), b: [{ c: 1 }] };
    expect(parseJsonText(JSON.stringify(harmless))).toEqual(harmless);
  });
});

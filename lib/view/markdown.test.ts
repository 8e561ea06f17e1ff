import { describe, expect, it } from "vitest";
import { blocksOf } from "./markdown";

describe("a runbook's text", () => {
  it("is read as headings, paragraphs, lists and code", () => {
    const text =
      "# A\n\nOne\ntwo `x`.\n\n- first\n  more\n- **second**\n\n    run it\n\n      deeper\n\n1. last";
    expect(blocksOf(text)).toEqual([
      { kind: "heading", level: 1, text: [{ kind: "text", text: "A" }] },
      {
        kind: "paragraph",
        text: [
          { kind: "text", text: "One two " },
          { kind: "code", text: "x" },
          { kind: "text", text: "." },
        ],
      },
      {
        kind: "list",
        ordered: false,
        items: [[{ kind: "text", text: "first more" }], [{ kind: "strong", text: "second" }]],
      },
      { kind: "code", text: "run it\n\n  deeper", language: null },
      { kind: "list", ordered: true, items: [[{ kind: "text", text: "last" }]] },
    ]);
  });

  it("tells a command from a piece of configuration by what stands behind its fence", () => {
    expect(blocksOf("```nginx 1.29.6\nupstream a {}\n```")).toEqual([
      { kind: "code", text: "upstream a {}", language: "nginx" },
    ]);
  });

  it("that is not understood is shown as it stands, and always comes to an end", () => {
    expect(blocksOf("<b>x</b>\n*y")).toEqual([
      { kind: "paragraph", text: [{ kind: "text", text: "<b>x</b> *y" }] },
    ]);
    expect(blocksOf("```\nopen")).toEqual([{ kind: "code", text: "open", language: null }]);
  });
});

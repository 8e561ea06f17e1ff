/** The few forms of Markdown that runbooks are written in. Anything else is shown as text. */

export type Inline = { kind: "text" | "code" | "strong"; text: string };

export type Block =
  | { kind: "heading"; level: number; text: Inline[] }
  | { kind: "paragraph"; text: Inline[] }
  | { kind: "list"; ordered: boolean; items: Inline[][] }
  /** `language`: what stands behind the fence; null where it says nothing. */
  | { kind: "code"; text: string; language: string | null };

/** `code` and **strong** within a line. */
export function inlineOf(text: string): Inline[] {
  return text
    .split(/(`[^`]+`|\*\*[^*]+\*\*)/)
    .filter((part) => part !== "")
    .map((part): Inline => {
      if (part.startsWith("`") && part.endsWith("`") && part.length > 2)
        return { kind: "code", text: part.slice(1, -1) };
      if (part.startsWith("**") && part.endsWith("**") && part.length > 4)
        return { kind: "strong", text: part.slice(2, -2) };
      return { kind: "text", text: part };
    });
}

const item = /^(?:[-*]|(\d+)\.) +(.*)$/;

/** A text as blocks: headings, paragraphs, lists of one level, and code that is fenced or indented by four. */
export function blocksOf(markdown: string): Block[] {
  const lines = markdown.replaceAll("\r\n", "\n").split("\n");
  const blocks: Block[] = [];
  let at = 0;
  const take = (matches: (line: string) => boolean): string[] => {
    const taken: string[] = [];
    for (let line = lines[at]; line !== undefined && matches(line); line = lines[++at])
      taken.push(line);
    return taken;
  };
  while (at < lines.length) {
    const line = lines[at] ?? "";
    const heading = /^(#{1,6}) +(.*)$/.exec(line);
    if (line.trim() === "") at += 1;
    else if (heading) {
      blocks.push({
        kind: "heading",
        level: heading[1]?.length ?? 1,
        text: inlineOf(heading[2] ?? ""),
      });
      at += 1;
    } else if (line.startsWith("```")) {
      at += 1;
      const code = take((next) => !next.startsWith("```"));
      at += 1;
      const language = /^```(\S+)/.exec(line)?.[1] ?? null;
      blocks.push({ kind: "code", text: code.join("\n"), language });
    } else if (line.startsWith("    ")) {
      const code = take((next) => next.startsWith("    ") || next.trim() === "");
      blocks.push({ kind: "code", text: dedented(code), language: null });
    } else if (item.test(line)) {
      const ordered = item.exec(line)?.[1] !== undefined;
      const items: string[] = [];
      // A line that is indented goes on with the item before.
      for (const next of take((other) => item.test(other) || /^ {2,3}\S/.test(other))) {
        const own = item.exec(next);
        if (own) items.push(own[2] ?? "");
        else items.push(`${items.pop() ?? ""} ${next.trim()}`);
      }
      blocks.push({ kind: "list", ordered, items: items.map(inlineOf) });
    } else {
      const words = take(
        (next) => next.trim() !== "" && !/^(?:#{1,6} |```)/.test(next) && !item.test(next),
      );
      blocks.push({
        kind: "paragraph",
        text: inlineOf(words.map((next) => next.trim()).join(" ")),
      });
    }
  }
  return blocks;
}

/** Lines without what all of them are indented by. */
function dedented(lines: readonly string[]): string {
  const depths = lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/));
  const depth = Math.min(...depths);
  return lines
    .map((line) => line.slice(depth))
    .join("\n")
    .trimEnd();
}

/** Text within an SVG file. */

export function svgText(x: number, y: number, content: string, attributes = ""): string {
  return `<text x="${svgNumber(x)}" y="${svgNumber(y)}" ${attributes}>${svgEscaped(content)}</text>`;
}

export function svgNumber(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export function cutTo(content: string, most: number): string {
  return content.length > most ? `${content.slice(0, Math.max(most - 1, 0))}…` : content;
}

/** A text in lines of about `most` characters, `lines` at most; the last is cut. */
export function linesOf(content: string, most: number, lines: number): string[] {
  const found: string[] = [];
  let line = "";
  for (const word of content.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > most) {
      found.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  if (line !== "") found.push(line);
  if (found.length <= lines) return found.map((one) => cutTo(one, most + 8));
  return [...found.slice(0, lines - 1), cutTo(found.slice(lines - 1).join(" "), most)];
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export function svgEscaped(content: string): string {
  return (
    content
      // Characters that XML 1.0 cannot hold at all.
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
      .replace(/[&<>"]/g, (found) => entities[found] ?? found)
  );
}

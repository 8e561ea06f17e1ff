/** A table of Markdown; the first column stands left, the others as they come. */
export function markdownTable(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map(markdownText).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Titles and names come from outside: nothing in them may break a table or become mark-up. */
export function markdownText(text: string): string {
  return text.replace(/[\\|`*_<>[\]]/g, "\\$&").replace(/\s+/g, " ");
}

/** `2026-11-21 02:38 UTC`. */
export function markdownMoment(at: string): string {
  return `${at.slice(0, 16).replace("T", " ")} UTC`;
}

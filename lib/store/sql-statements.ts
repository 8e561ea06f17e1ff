/** What may hold a semicolon that ends nothing, and the semicolon itself. */
const token =
  /--[^\n]*|\/\*|\b[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(?:[a-z_]\w*)?\$|;/gi;

/** Spaces and comments alone. */
const blank = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*$/;

/** Where a comment ends that begins at `from`; comments may stand in comments. */
function endOfComment(sql: string, from: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = from;
  let depth = 0;
  for (let found = edge.exec(sql); found; found = edge.exec(sql)) {
    depth += found[0] === "/*" ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  return sql.length;
}

/**
 * The statements of a script, one by one, each with the comments before it. Bodies of functions have to be literals (such
 * as `$$ … $$`), not `BEGIN ATOMIC`.
 */
export function statementsOf(sql: string): string[] {
  const statements: string[] = [];
  let start = 0;
  token.lastIndex = 0;
  for (let found = token.exec(sql); found; found = token.exec(sql)) {
    const [text] = found;
    if (text === ";") {
      statements.push(sql.slice(start, found.index));
      start = token.lastIndex;
    } else if (text === "/*") token.lastIndex = endOfComment(sql, found.index);
    else if (text.startsWith("$")) {
      const end = sql.indexOf(text, token.lastIndex);
      token.lastIndex = end === -1 ? sql.length : end + text.length;
    }
  }
  statements.push(sql.slice(start));
  return statements.map((one) => one.trim()).filter((one) => !blank.test(one));
}

/** Splits a line at its spaces; quoted columns may hold spaces and `\"`. `unclosed`: the last quote is open, the line was cut. */
export function splitColumns(line: string, most = 64): { values: string[]; unclosed: boolean } {
  const values: string[] = [];
  let at = 0;
  while (at < line.length && values.length < most) {
    if (line.charCodeAt(at) === 34) {
      let end = at + 1;
      let hasEscape = false;
      for (; end < line.length; end++) {
        const code = line.charCodeAt(end);
        if (code === 92) {
          hasEscape = true;
          end++;
        } else if (code === 34) break;
      }
      const value = line.slice(at + 1, end);
      values.push(hasEscape ? value.replace(/\\(["\\])/g, "$1") : value);
      if (end >= line.length) return { values, unclosed: true };
      at = end + 2;
    } else {
      let end = line.indexOf(" ", at);
      if (end < 0) end = line.length;
      values.push(line.slice(at, end));
      at = end + 1;
    }
  }
  return { values, unclosed: false };
}

import type { LineParser } from "./format";
import { rejected } from "./rejection";

/** The longest line that is read at all; HAProxy and NGINX write far shorter ones. */
const longestLine = 1_048_576;

/** A parser that also refuses what is no line of text: empty, over-long, or with a NUL byte, which Postgres cannot hold. */
export function guarded(parse: LineParser): LineParser {
  return (line) => {
    if (line.length === 0) return rejected("the line is empty");
    if (line.length > longestLine) {
      return rejected(`the line has ${line.length} characters; ${longestLine} are read at most`);
    }
    const nul = line.indexOf("\0");
    if (nul >= 0) return rejected(`binary data: a NUL byte at column ${nul + 1}`);
    const last = line.charCodeAt(line.length - 1);
    return parse(last === 13 || last === 10 ? withoutLineEnd(line) : line);
  };
}

function withoutLineEnd(line: string): string {
  let end = line.length;
  while (end > 0 && (line.charCodeAt(end - 1) === 13 || line.charCodeAt(end - 1) === 10)) end--;
  return line.slice(0, end);
}

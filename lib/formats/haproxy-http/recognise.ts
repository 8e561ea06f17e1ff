import { readLogDate } from "../dates";
import { isDigit } from "../digits";
import { readSyslogHeader } from "../syslog";

const utc = (wallMs: number) => wallMs;

/** How surely a line is HAProxy's: `client:port [date] frontend backend/server numbers/…`, a state line, or the tag `haproxy`. */
export function recogniseHaproxy(line: string): number {
  const header = readSyslogHeader(line, utc, 0);
  const byTag = header.tag?.startsWith("haproxy") ? 0.6 : 0;
  const start = header.message;
  if (line.charCodeAt(start) === 123) return byTag;
  if (isStateLine(line, start)) return 0.9;
  const open = line.indexOf(" [", start);
  if (open < 0 || open - start > 60) return byTag;
  const date = readLogDate(line, open + 2, utc);
  if (!date || line.charCodeAt(date.end) !== 93) return byTag;
  const frontendEnd = line.indexOf(" ", date.end + 2);
  if (frontendEnd < 0) return byTag;
  if (line.charCodeAt(date.end + 2) === 34)
    return Math.max(byTag, isClf(line, date.end + 2) ? 0.95 : 0);
  if (line.charCodeAt(frontendEnd - 1) === 58) return Math.max(byTag, 0.7);
  const slash = line.indexOf("/", frontendEnd);
  const serverEnd = line.indexOf(" ", frontendEnd + 1);
  if (slash < 0 || serverEnd < slash) return byTag;
  if (line.charCodeAt(serverEnd - 1) === 34 || line.charCodeAt(frontendEnd + 1) === 34)
    return byTag;
  const timers = line.charCodeAt(serverEnd + 1);
  return isDigit(timers) || timers === 45 ? 0.97 : Math.max(byTag, 0.75);
}

function isStateLine(line: string, at: number): boolean {
  const first = line.charCodeAt(at);
  if (first === 91) {
    return (
      (line.startsWith("[WARNING]", at) ||
        line.startsWith("[ALERT]", at) ||
        line.startsWith("[NOTICE]", at)) &&
      line.slice(at, at + 60).includes(") : ")
    );
  }
  if (first === 83 || first === 66) {
    const from = line.startsWith("Server ", at)
      ? at + 7
      : line.startsWith("Backup Server ", at)
        ? at + 14
        : 0;
    if (from > 0) {
      const slash = line.indexOf("/", from);
      return slash > 0 && slash < line.indexOf(" ", from);
    }
    return line.startsWith("Stopping ", at);
  }
  return (
    line.startsWith("Health check for ", at) ||
    line.startsWith("Connect from ", at) ||
    (line.startsWith("Proxy ", at) && / (started|stopped)/.test(line.slice(at, at + 300))) ||
    (line.startsWith("backend ", at) &&
      line.slice(at, at + 300).includes("has no server available"))
  );
}

/** True for a line of `option httplog clf` whose message begins at `start`. */
export function isClfLine(line: string, start: number): boolean {
  const open = line.indexOf(" ", start);
  if (!line.startsWith(" - - [", open)) return false;
  const close = line.indexOf('] "', open);
  return close > 0 && close - open < 40 && isClf(line, close + 2);
}

/** `option httplog clf`: after request, status and bytes come `"" "" port milliseconds "frontend"`. */
function isClf(line: string, request: number): boolean {
  const end = line.indexOf('"', request + 1);
  if (end < 0) return false;
  const empty = line.indexOf(' "" "" ', end);
  if (empty < 0 || empty - end > 24 || !isDigit(line.charCodeAt(empty + 7))) return false;
  const frontend = line.indexOf(' "', empty + 7);
  return frontend > 0 && frontend - empty < 24;
}

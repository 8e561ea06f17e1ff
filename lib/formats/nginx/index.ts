import { readLogDate, wallClockOf } from "../dates";
import type { Format, FormatOptions, LineParser } from "../format";
import { guarded } from "../guard";
import { readSyslogHeader } from "../syslog";
import { parseCombined } from "./combined";

export const nginxCombined: Format = {
  name: "nginx-combined",
  aliases: ["nginx", "nginx-upstream", "nginx-json", "nginx-custom"],
  title: "NGINX",
  formatString: "optional",
  compile,
  recognise,
};

function compile(options: FormatOptions): LineParser {
  const clock = wallClockOf(options.timezone);
  return guarded((line) => {
    const header = readSyslogHeader(line, clock, options.receivedAt);
    const parsed = parseCombined(line, header.message, clock);
    if (parsed.kind === "request") parsed.lb = header.host;
    return parsed;
  });
}

const utc = (wallMs: number) => wallMs;

function recognise(line: string): number {
  const header = readSyslogHeader(line, utc, 0);
  const open = line.indexOf(" [", header.message);
  if (open < 0 || open - header.message > 300) return 0;
  const date = readLogDate(line, open + 2, utc);
  if (!date || !line.startsWith('] "', date.end)) return 0;
  const dash = line.indexOf(" - ", header.message);
  return dash > 0 && dash < open ? 0.9 : 0.3;
}

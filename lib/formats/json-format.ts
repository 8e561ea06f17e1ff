import type { EpochMs, ParsedLine } from "@/lib/domain/facts";
import { type WallClock, wallClockOf } from "./dates";
import type { Format } from "./format";
import { guarded } from "./guard";
import { Members } from "./json-members";
import { rejected } from "./rejection";
import { readSyslogHeader } from "./syslog";

/** What a reader of members is told beside them. */
export interface JsonContext {
  clock: WallClock;
  receivedAt: EpochMs;
  /** What a syslog header or a container's prefix before the JSON says. */
  headerAt: EpochMs | null;
  host: string | null;
}

export interface JsonFormat {
  name: string;
  aliases: string[];
  title: string;
  /** How surely a line is of this format, from 0 to 1, by its first 4096 characters. */
  recognise(head: string): number;
  read(members: Members, context: JsonContext): ParsedLine;
}

const utc = (wallMs: number) => wallMs;

/** A format whose lines are JSON objects with names that the vendor chose. */
export function jsonFormat(given: JsonFormat): Format {
  return {
    name: given.name,
    aliases: given.aliases,
    title: given.title,
    formatString: "none",
    compile: (options) => {
      const clock = wallClockOf(options.timezone);
      return guarded((line) => {
        const header = readSyslogHeader(line, clock, options.receivedAt);
        if (line.charCodeAt(header.message) !== 123) {
          return rejected(`${given.title}: the line is no JSON object`);
        }
        const members = Members.read(line, header.message);
        if (!members)
          return rejected("the line begins like JSON and is none: cut, or not one line");
        const parsed = given.read(members, {
          clock,
          receivedAt: options.receivedAt,
          headerAt: header.at,
          host: header.host,
        });
        return members.fault ?? parsed;
      });
    },
    recognise: (line) => {
      const { message } = readSyslogHeader(line, utc, 0);
      if (line.charCodeAt(message) !== 123) return 0;
      return given.recognise(line.slice(message, message + 4096));
    },
  };
}

/** True when every one of these member names stands in the text. */
export function namesAll(head: string, ...names: string[]): boolean {
  return names.every((name) => head.includes(`"${name}"`));
}

import type { ParsedLine } from "@/lib/domain/facts";
import { type Draft, finished, newDraft } from "../apache/draft";
import { readLogFormat } from "../apache/log-format";
import { readLogDate, wallClockOf } from "../dates";
import { integer } from "../digits";
import type { Format } from "../format";
import { guarded } from "../guard";
import { addRequestHeader } from "../named-values";
import { readSyslogHeader } from "../syslog";
import { type Piece, type Slot, templateOf } from "../template";
import { hostOfUrl } from "../traefik-json";

/**
 * Traefik's common access log, and its `genericCLF` without Traefik's own columns.
 * Source: https://doc.traefik.io/traefik/reference/install-configuration/observability/logs-and-accesslogs/
 */
export const traefikClf: Format = {
  name: "traefik-clf",
  aliases: ["traefik", "traefik-common"],
  title: "Traefik",
  formatString: "none",
  compile: (options) => {
    const clock = wallClockOf(options.timezone);
    return guarded((line): ParsedLine => {
      const header = readSyslogHeader(line, clock, options.receivedAt);
      const end = line.slice(-80).trimEnd();
      if (!end.endsWith("ms")) {
        const format = end.endsWith('"') ? combined : common;
        const parsed = read(format, newDraft(clock), line, header.message, header.host);
        if (parsed.kind !== "rejected") return parsed;
      }
      return read(full, newDraft(clock), line, header.message, header.host);
    });
  },
  recognise: (line) => {
    const { message } = readSyslogHeader(line, utc, 0);
    const open = line.indexOf(" [", message);
    if (open < 0 || open - message > 300 || !readLogDate(line, open + 2, utc)) return 0;
    return / \d{1,20} "[^"]{0,500}" "[^"]{0,500}" \d{1,12}ms\s*$/.test(line.slice(-1100))
      ? 0.95
      : 0;
  },
};

const utc = (wallMs: number) => wallMs;

function read(
  run: ReturnType<typeof templateOf<Draft>>,
  draft: Draft,
  line: string,
  start: number,
  host: string | null,
): ParsedLine {
  return run(draft, line, start) ?? finished(draft, null, host);
}

function slot(
  name: string,
  shape: Slot<Draft>["shape"],
  assign: Slot<Draft>["assign"],
): Piece<Draft> {
  return { kind: "slot", slot: { name, shape, assign }, quoted: true };
}

const space: Piece<Draft> = { kind: "literal", text: " " };

const full = templateOf<Draft>(
  [
    ...readLogFormat('%h %l %u %t "%r" %s %b '),
    slot("referrer", "text", (draft, value) => {
      addRequestHeader(draft.request, "referer", value);
      return null;
    }),
    space,
    slot("user agent", "text", (draft, value) => {
      draft.request.userAgent = value;
      return null;
    }),
    space,
    slot("request count", "digits", (_, value) =>
      integer(value) === null ? "a whole number" : null,
    ),
    space,
    slot("router", "text", (draft, value) => {
      draft.request.captures.RouterName = value;
      if (value === "backend not found") return null;
      // A chain of routers ends in the one that names the service.
      draft.request.pool = value.slice(value.lastIndexOf(" -> ") + 1).replace(/^-> /, "");
      return null;
    }),
    space,
    slot("server URL", "text", (draft, value) => {
      draft.worker = hostOfUrl(value);
      return null;
    }),
    space,
    slot("duration", "digits", (draft, value) => {
      draft.durationMs = integer(value);
      return draft.durationMs === null ? "whole milliseconds" : null;
    }),
    { kind: "literal", text: "ms" },
  ],
  { mergesSpaces: false },
);

/** `genericCLF`, and the common log format that it was. */
const common = templateOf<Draft>(readLogFormat('%h %l %u %t "%r" %s %b'), { mergesSpaces: false });
const combined = templateOf<Draft>(
  readLogFormat('%h %l %u %t "%r" %s %b "%{Referer}i" "%{User-Agent}i"'),
  { mergesSpaces: false },
);

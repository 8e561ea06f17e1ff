import { wallClockOf } from "../dates";
import { type Format, FormatStringError } from "../format";
import { guarded } from "../guard";
import { parseJsonText } from "../json-text";
import { rejected, unexpected } from "../rejection";
import { readSyslogHeader } from "../syslog";
import { type Assign, fieldAssign, finished, newDraft } from "./fields";
import { unknownField } from "./pattern";

/**
 * A format of the user's own: JSON lines, with the format string a JSON object
 * of field and path, `{"startedAt": "ts", "clientIp": "request.remote_ip", "cookie_sid": "request.cookies[0].value"}`.
 */
export const jsonPaths: Format = {
  name: "json",
  aliases: ["json-paths"],
  title: "Own JSON",
  formatString: "required",
  compile: (options) => {
    const fields = readFields(options.formatString ?? "");
    const clock = wallClockOf(options.timezone);
    return guarded((line) => {
      const header = readSyslogHeader(line, clock, options.receivedAt);
      const parsed = parseJsonText(header.message === 0 ? line : line.slice(header.message));
      if (typeof parsed !== "object" || parsed === null)
        return rejected("the line is no JSON object");
      const draft = newDraft(clock);
      for (const { name, path, assign } of fields) {
        const value = textAt(parsed, path);
        if (value === null || value === "" || value === "-") continue;
        const expected = assign(draft, value);
        if (expected !== null) return unexpected(`field "${name}"`, expected, value);
      }
      return finished(draft, header.at, header.host);
    });
  },
  recognise: () => 0,
};

interface Field {
  name: string;
  path: string[];
  assign: Assign;
}

function readFields(given: string): Field[] {
  const parsed = parseJsonText(given);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new FormatStringError(
      'a JSON object of field and path is needed, such as {"startedAt": "ts", "node": "upstream.addr"}',
    );
  }
  const fields: Field[] = [];
  for (const [name, path] of Object.entries(parsed)) {
    const assign = fieldAssign(name);
    if (!assign) throw unknownField(name);
    if (typeof path !== "string") throw new FormatStringError(`the path of "${name}" is no text`);
    fields.push({ name, path: readPath(name, path), assign });
  }
  if (fields.length === 0) throw new FormatStringError("the object names no field");
  return fields;
}

/** `a.b[0]["c.d"]`, with `$.` before it or without. */
function readPath(field: string, path: string): string[] {
  const steps: string[] = [];
  let at = path.startsWith("$.") ? 2 : path.startsWith("$[") ? 1 : 0;
  while (at < path.length) {
    const step = /^(?:\.?([^.[\]]+)|\[(\d{1,6})\]|\["([^"]+)"\]|\['([^']+)'\])/.exec(
      path.slice(at),
    );
    const name = step?.[1] ?? step?.[2] ?? step?.[3] ?? step?.[4];
    if (!step || name === undefined) {
      throw new FormatStringError(`the path of "${field}" is not understood at column ${at + 1}`);
    }
    steps.push(name);
    at += step[0].length;
  }
  if (steps.length === 0) throw new FormatStringError(`the path of "${field}" is empty`);
  return steps;
}

function textAt(root: object, path: readonly string[]): string | null {
  let value: unknown = root;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return null;
    value = Reflect.get(value, step);
  }
  if (Array.isArray(value) && value.every((each) => typeof each === "string"))
    value = value.join(", ");
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" ? value.replaceAll("\0", "\ufffd") : null;
}

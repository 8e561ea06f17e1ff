import type { ParsedLine } from "@/lib/domain/facts";
import type { WallClock } from "../dates";
import { FormatStringError } from "../format";
import { readJsonObject, readJsonPaths } from "../json-line";
import { rejected, unexpected } from "../rejection";
import { type Slot, templateOf } from "../template";
import { type Draft, finished, newDraft } from "./draft";
import { readFormatString, readOperator } from "./format-string";
import { isOperator, operatorSlot } from "./operators";

type Slots = ReadonlyMap<string, Slot<Draft>>;

const req = (header: string) => operatorSlot("REQ", header);

/** The names that Envoy Gateway, Istio and the usual guides give to members. */
const usual: Slots = new Map([
  ["time", operatorSlot("START_TIME", null)],
  ["timestamp", operatorSlot("START_TIME", null)],
  ["@timestamp", operatorSlot("START_TIME", null)],
  ["method", req(":METHOD")],
  [":method", req(":METHOD")],
  ["path", req(":PATH")],
  [":path", req(":PATH")],
  ["x_envoy_origin_path", req(":PATH")],
  ["x_envoy_original_path", req(":PATH")],
  ["authority", req(":AUTHORITY")],
  [":authority", req(":AUTHORITY")],
  ["host", req(":AUTHORITY")],
  ["status", operatorSlot("RESPONSE_CODE", null)],
  ["upstream_service_time", operatorSlot("RESP", "X-ENVOY-UPSTREAM-SERVICE-TIME")],
  ["x_envoy_upstream_service_time", operatorSlot("RESP", "X-ENVOY-UPSTREAM-SERVICE-TIME")],
  ["x_forwarded_for", req("X-FORWARDED-FOR")],
  ["user_agent", req("USER-AGENT")],
  ["request_id", req("X-REQUEST-ID")],
  ["x_request_id", req("X-REQUEST-ID")],
  ["traceparent", req("TRACEPARENT")],
  ["referer", req("REFERER")],
  ["cookie", req("COOKIE")],
  ["set_cookie", operatorSlot("RESP", "SET-COOKIE")],
]);

/** What each member says, by its path, of a `json_format` such as `{"at": "%START_TIME%", "up": {"host": "%UPSTREAM_HOST%"}}`. */
export function readJsonFormat(text: string): Slots {
  const members = readJsonPaths(text, 0);
  if (!members) throw new FormatStringError("the format string begins like JSON and is none");
  const slots = new Map<string, Slot<Draft>>();
  for (const [path, value] of members) {
    if (value.includes("%")) slots.set(path, slotOfFormat(value));
  }
  if (slots.size === 0) throw new FormatStringError("the format string holds no operator");
  return slots;
}

/** What a member's own format says: one operator, or several with text between. */
function slotOfFormat(format: string): Slot<Draft> {
  if (format.startsWith("%")) {
    const { name, argument, end } = readOperator(format, 0);
    if (end === format.length) return operatorSlot(name, argument);
  }
  const run = templateOf(readFormatString(format), { mergesSpaces: false });
  return {
    name: format,
    shape: "text",
    assign: (draft, value) => (run(draft, value, 0) === null ? null : `a value like ${format}`),
  };
}

function slotOf(name: string): Slot<Draft> | null {
  const key = name.toLowerCase().replaceAll("-", "_");
  const known = usual.get(key);
  if (known) return known;
  const operator = key.toUpperCase();
  return isOperator(operator) ? operatorSlot(operator, null) : null;
}

/** Reads a JSON line by the operators that its members are of; by their usual names where no format says. */
export function parseJson(
  line: string,
  start: number,
  clock: WallClock,
  slots: Slots | null,
  headerAt: number | null,
  lb: string | null,
): ParsedLine {
  const members = slots ? readJsonPaths(line, start) : readJsonObject(line, start);
  if (!members) return rejected("the line begins like JSON and is none: it was cut");
  const draft = newDraft(clock);
  let known = 0;
  for (const [name, value] of members) {
    if (value === "" || value === "-") continue;
    const slot = slots ? (slots.get(name) ?? null) : slotOf(name);
    if (slot === null) {
      draft.request.captures[name] = value;
      continue;
    }
    const expected = slot.assign(draft, value);
    if (expected !== null) return unexpected(`member "${name}"`, expected, value);
    known++;
  }
  if (known < 2) return rejected("JSON without the members of an access log, such as start_time");
  return finished(draft, headerAt, lb);
}

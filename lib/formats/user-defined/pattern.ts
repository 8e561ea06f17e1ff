import { wallClockOf } from "../dates";
import { type Format, FormatStringError } from "../format";
import { guarded } from "../guard";
import { rejected, unexpected } from "../rejection";
import { readSyslogHeader } from "../syslog";
import { type Assign, fieldAssign, fieldNames, finished, newDraft } from "./fields";
import { checkLinear } from "./linear";

/**
 * A format of the user's own: a regular expression for the whole line, with
 * groups named after the contract's fields, `(?<clientIp>\S+) (?<node>\S+) …`.
 */
export const pattern: Format = {
  name: "pattern",
  aliases: ["regex"],
  title: "Own pattern",
  formatString: "required",
  compile: (options) => {
    const given = options.formatString?.trim();
    if (!given)
      throw new FormatStringError("a pattern is needed: a regular expression with named groups");
    checkLinear(given);
    const expression = compiled(given);
    const assigns = assignsOf(given);
    const clock = wallClockOf(options.timezone);
    return guarded((line) => {
      const header = readSyslogHeader(line, clock, options.receivedAt);
      let found = expression.exec(line);
      if (!found && header.message > 0) found = expression.exec(line.slice(header.message));
      if (!found?.groups) return rejected("the line does not fit the pattern");
      const draft = newDraft(clock);
      for (const [name, assign] of assigns) {
        const value = found.groups[name];
        if (value === undefined || value === "" || value === "-") continue;
        const expected = assign(draft, value);
        if (expected !== null) return unexpected(`field "${name}"`, expected, value);
      }
      return finished(draft, header.at, header.host);
    });
  },
  recognise: () => 0,
};

function compiled(given: string): RegExp {
  try {
    return new RegExp(`^(?:${given.replace(/^\^/, "").replace(/(?<!\\)\$$/, "")})$`, "s");
  } catch (error) {
    if (error instanceof SyntaxError) throw new FormatStringError(error.message, { cause: error });
    throw error;
  }
}

function assignsOf(given: string): [name: string, assign: Assign][] {
  const names = [...given.matchAll(/\(\?<([A-Za-z_]\w*)>/g)].map((found) => found[1] ?? "");
  if (names.length === 0)
    throw new FormatStringError("the pattern has no named group, such as (?<node>\\S+)");
  return names.map((name) => {
    const assign = fieldAssign(name);
    if (!assign) throw unknownField(name);
    return [name, assign];
  });
}

/** Says that there is no such field, and which there are. */
export function unknownField(name: string): FormatStringError {
  return new FormatStringError(
    `there is no field "${name}"; there are ${fieldNames.join(", ")}, and cookie_, setCookie_, header_, responseHeader_ and capture_ with a name behind`,
  );
}

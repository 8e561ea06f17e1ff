import type { RequestLine } from "@/lib/domain/facts";
import type { SourceRules } from "./source-rules";

/** A session's raw key as a line carries it. Raw: it goes no further than the hashing. */
export interface SessionInLine {
  presented: string | null;
  set: string | null;
  /** The cookie it stands in; null where it stands elsewhere. */
  cookie: string | null;
}

const wellKnown = [
  "jsessionid",
  "phpsessid",
  "connect.sid",
  "asp.net_sessionid",
  "laravel_session",
  "sessionid",
  "session_id",
  "session",
  "sid",
  "ci_session",
  "_session_id",
];
const sessionLike = /sess|(?:^|[._-])sid$/i;
const notSessions = /csrf|xsrf|affinity|sticky|server|route|lb$/i;

const wellKnownAffinity =
  /^(?:serverid|srvid|srv|backend|route|routeid|route_id|stickounet|sticky|lb|awsalb|awsalbcors|awselb|awsalbapp-\d+|awsalbtg|ingresscookie|arraffinity|arraffinitysamesite|gclb|_traefik_backend|balancerid|x-lb|node)$/i;

/** The value of one cookie in a `Cookie` or `Set-Cookie` header's text; null where it is not in it. */
export function cookieIn(header: string, name: string): string | null {
  for (const part of header.split(";")) {
    const equals = part.indexOf("=");
    if (equals > 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim();
  }
  return null;
}

function requestCookie(line: RequestLine, name: string): string | null {
  const direct = line.cookies[name];
  if (direct !== undefined) return direct;
  const header = line.headers.cookie;
  if (header !== undefined) {
    const found = cookieIn(header, name);
    if (found !== null) return found;
  }
  for (const [field, text] of Object.entries(line.captures)) {
    if (isResponseField(field) || !text.includes("=")) continue;
    const found = cookieIn(text, name);
    if (found !== null) return found;
  }
  return null;
}

function responseCookie(line: RequestLine, name: string): string | null {
  const direct = line.setCookies[name];
  if (direct !== undefined) return direct;
  const header = line.responseHeaders["set-cookie"];
  if (header !== undefined) {
    const found = cookieIn(header, name);
    if (found !== null) return found;
  }
  for (const [field, text] of Object.entries(line.captures)) {
    if (!isResponseField(field) || !text.includes("=")) continue;
    const found = cookieIn(text, name);
    if (found !== null) return found;
  }
  return null;
}

function isResponseField(field: string): boolean {
  return /(?:^|[.$_])res\b|capture\.res|sent_http|upstream_(?:http|cookie)|res\.(?:f?hdr|cook)/i.test(
    field,
  );
}

function captured(line: RequestLine, name: string): string | null {
  const short = /^\{?(\d+)\}?$/.exec(name);
  const field = short?.[1] ? `capture.req.hdr(${short[1]})` : name;
  return (
    line.captures[field] ??
    line.captures[`$${field}`] ??
    line.captures[`%[${field}]`] ??
    line.captures[field.replace(/^%\[(.*)\]$/, "$1")] ??
    null
  );
}

function parameter(query: string | null, name: string): string | null {
  if (query === null) return null;
  for (const pair of query.replace(/^\?/, "").split("&")) {
    const equals = pair.indexOf("=");
    if (equals > 0 && pair.slice(0, equals) === name) return pair.slice(equals + 1);
  }
  return null;
}

/** The session key that a line carries, by the source's rule or, without one, by the names that are usual. */
export function sessionInLine(line: RequestLine, source: SourceRules): SessionInLine {
  const rule = source.session;
  if (rule && (rule.cookie || rule.header || rule.query || rule.capture)) return byRule(line, rule);
  return byUsualNames(line, source);
}

/** Whether a cookie of this name holds the session's key, whatever else a line tells. */
export function standsInCookie(name: string, source: SourceRules): boolean {
  const rule = source.session;
  return rule?.cookie ? rule.cookie === name : best([name], source) === name;
}

function byRule(line: RequestLine, rule: NonNullable<SourceRules["session"]>): SessionInLine {
  let presented: string | null = null;
  let set: string | null = null;
  if (rule.cookie) {
    presented = given(requestCookie(line, rule.cookie)) ?? pathParameter(line.path, rule.cookie);
    set = given(responseCookie(line, rule.cookie));
  }
  if (presented === null && rule.header) {
    const name = rule.header.toLowerCase();
    presented = given(line.headers[name] ?? lone(line));
    set ??= given(line.responseHeaders[name] ?? null);
  }
  if (presented === null && rule.query) presented = given(parameter(line.query, rule.query));
  if (rule.capture) {
    const value = captured(line, rule.capture);
    if (isResponseField(rule.capture)) set ??= given(value);
    else presented ??= given(value);
  }
  return { presented: bare(presented), set: bare(set), cookie: rule.cookie ?? null };
}

/** A capture that holds a whole `name=value` pair or a bearer token is reduced to the value. */
function bare(value: string | null): string | null {
  if (value === null) return null;
  const bearer = /^Bearer\s+(\S+)$/i.exec(value);
  if (bearer?.[1]) return bearer[1];
  const pair = /^[A-Za-z][\w.-]*=([^=;\s][^;\s]*)(?:;|$)/.exec(value);
  return pair?.[1] ?? value;
}

/** The only unnamed request capture of a line; null where there are several. */
function lone(line: RequestLine): string | null {
  const fields = Object.entries(line.captures).filter(([field]) =>
    field.startsWith("capture.req."),
  );
  return fields.length === 1 ? (fields[0]?.[1] ?? null) : null;
}

function given(value: string | null): string | null {
  return value === null || value === "" || value === "-" ? null : value;
}

function pathParameter(path: string | null, name: string): string | null {
  if (path === null || !path.includes(";")) return null;
  const found = new RegExp(`;${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}=([^;/?#]+)`, "i").exec(
    path,
  );
  return found?.[1] ?? null;
}

function rank(name: string): number {
  const lower = name.toLowerCase();
  const known = wellKnown.indexOf(lower);
  if (known >= 0) return known;
  return sessionLike.test(lower) && !notSessions.test(lower) ? wellKnown.length : -1;
}

function best(names: string[], source: SourceRules): string | null {
  let found: string | null = null;
  let foundRank = Number.POSITIVE_INFINITY;
  for (const name of names) {
    if (name === source.affinity?.cookie) continue;
    const at = rank(name);
    if (at >= 0 && (at < foundRank || (at === foundRank && found !== null && name < found))) {
      found = name;
      foundRank = at;
    }
  }
  return found;
}

function byUsualNames(line: RequestLine, source: SourceRules): SessionInLine {
  const sent = Object.keys(line.cookies);
  const set = Object.keys(line.setCookies);
  let name = sent.length + set.length > 0 ? best([...sent, ...set], source) : null;
  if (name === null) {
    for (const text of cookieTexts(line)) {
      const names = text
        .split(";")
        .map((part) => part.slice(0, Math.max(0, part.indexOf("="))).trim());
      name = best(names, source);
      if (name !== null) break;
    }
  }
  // One cookie captured under a name that says nothing: who captures a cookie means the session's.
  if (name === null && sent.length + set.length > 0) {
    const names = [...new Set([...sent, ...set])].filter(
      (other) =>
        other !== source.affinity?.cookie &&
        !wellKnownAffinity.test(other) &&
        !notSessions.test(other),
    );
    const only = names.length === 1 ? names[0] : undefined;
    const value = only === undefined ? undefined : (line.cookies[only] ?? line.setCookies[only]);
    if (only !== undefined && value !== undefined && value.length >= 12) name = only;
  }
  if (name !== null)
    return {
      presented: given(requestCookie(line, name)),
      set: given(responseCookie(line, name)),
      cookie: name,
    };
  const inPath = pathParameter(line.path, "jsessionid");
  return {
    presented: given(usualHeader(line.headers)) ?? inPath,
    set: given(usualHeader(line.responseHeaders)),
    cookie: null,
  };
}

/** Headers that carry a session's key: of MCP servers, and the names that apps give to their own. */
function usualHeader(headers: Record<string, string>): string | null {
  return headers["mcp-session-id"] ?? headers["x-session-id"] ?? headers["x-session"] ?? null;
}

function cookieTexts(line: RequestLine): string[] {
  const texts: string[] = [];
  for (const text of [line.headers.cookie, line.responseHeaders["set-cookie"]])
    if (text !== undefined) texts.push(text);
  for (const text of Object.values(line.captures))
    if (text.includes("=") && text.length > 8) texts.push(text);
  return texts;
}

/**
 * The name of the cookie that binds a session to a node: the declared one, or
 * one whose name is usual for it among those of the line; null when there is none.
 */
export function affinityCookie(line: RequestLine, source: SourceRules): string | null {
  if (source.affinity?.cookie) return source.affinity.cookie;
  for (const name in line.cookies) if (wellKnownAffinity.test(name)) return name;
  for (const name in line.setCookies) if (wellKnownAffinity.test(name)) return name;
  for (const text of Object.values(line.captures)) {
    if (!text.includes("=")) continue;
    for (const part of text.split(";")) {
      const name = part.slice(0, Math.max(0, part.indexOf("="))).trim();
      if (wellKnownAffinity.test(name)) return name;
    }
  }
  return null;
}

/** The persistence cookie's values, sent and set; null where the line does not tell. */
export function persistenceInLine(
  line: RequestLine,
  cookie: string | null,
): { presented: string | null; inserted: string | null } {
  if (cookie === null) return { presented: null, inserted: null };
  return {
    presented: given(requestCookie(line, cookie)),
    inserted: given(responseCookie(line, cookie)),
  };
}

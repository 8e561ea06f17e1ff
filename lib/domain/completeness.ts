import { aboutCause, type Cause, causes } from "./causes";
import type { HistoryRequest } from "./history";
import type { LogCarries, LogField } from "./pool-context";

/** Of one log: which causes it can prove, and what would prove the rest. */
export interface Completeness {
  /** Causes it can prove, over all causes, 0 to 1. */
  score: number;
  proves: Cause[];
  missing: Missing[];
}

export interface Missing {
  field: LogField;
  /** The causes that cannot be proved, or told apart, without it. */
  causes: Cause[];
  /** What to add to the balancer's configuration, or why nothing helps. */
  directive: string;
}

/** What a field is called, after "no". */
export const logFieldWords: Record<LogField, string> = {
  sessionKey: "session key",
  correlation: "correlation ID",
  client: "client address",
  presented: "persistence cookie of the request",
  inserted: "persistence cookie of the response",
  persistenceState: "persistence flags",
  termination: "termination state",
  attempts: "list of attempts",
  retries: "count of retries",
  upgrade: "status",
  duration: "duration",
  fineTime: "time in milliseconds",
  nodeStates: "node states",
};

type Family =
  | "haproxy"
  | "nginx"
  | "alb"
  | "cloud"
  | "cloudflare"
  | "cloudfront"
  | "envoy"
  | "traefik"
  | "apache"
  | "caddy"
  | "iis"
  | "other";

function familyOf(format: string | null): Family {
  if (format === null) return "other";
  if (format.startsWith("haproxy")) return "haproxy";
  if (format.startsWith("nginx") || format.startsWith("ingress-nginx")) return "nginx";
  if (format.startsWith("cloudflare")) return "cloudflare";
  if (format === "cloudfront" || format === "aws-cloudfront") return "cloudfront";
  if (format === "aws-alb" || format === "alb") return "alb";
  if (/^(?:aws|clb|nlb|gcp|azure)/.test(format)) return "cloud";
  if (format.startsWith("envoy") || format.startsWith("istio")) return "envoy";
  if (format.startsWith("traefik")) return "traefik";
  if (format.startsWith("apache") || format === "httpd") return "apache";
  if (format.startsWith("caddy")) return "caddy";
  if (format.startsWith("iis") || format === "w3c") return "iis";
  return "other";
}

const stateByHand = "send node changes to /api/v1/changes";
const lastOnly = "nothing to add: this balancer logs the last target only";
const cloudCookies = "nothing to add: this balancer never logs cookies; the app's events can tell";

/** The directive that adds a field, by balancer; NAME stands for the cookie's name. */
const directives: Record<LogField, Partial<Record<Family, string>> & { other: string }> = {
  sessionKey: {
    haproxy: "capture cookie NAME= len 63",
    nginx: "log_format … $cookie_NAME",
    alb: "nothing to add: send session events with the X-Amzn-Trace-Id of their request",
    cloud:
      "nothing to add: send session events with the trace or request id that the balancer logs",
    cloudflare: "Logpush custom fields: request cookie NAME",
    cloudfront: "cookie logging on, in the distribution's standard log",
    caddy: "log_credentials (Caddy hides cookies without it)",
    iis: "field cs(Cookie) in the site's W3C log",
    envoy: "%REQ(COOKIE)%",
    traefik: "accesslog.fields.headers.names.Cookie=keep",
    apache: "LogFormat … %{NAME}C",
    other: "log the session cookie or header",
  },
  correlation: {
    haproxy: "unique-id-header X-Request-ID, and %ID in log-format",
    nginx: "log_format … $request_id (and proxy_set_header X-Request-ID $request_id)",
    envoy: "%REQ(X-REQUEST-ID)%",
    traefik: "accesslog.fields.headers.names.X-Request-Id=keep",
    apache: "LogFormat … %{UNIQUE_ID}e",
    caddy:
      "request_header X-Request-Id {http.request.uuid}, and log_append request_id {http.request.uuid}",
    iis: "custom field for the request header X-Request-ID",
    other: "log a request or trace id that the app logs too",
  },
  client: { other: "log the client's address" },
  presented: {
    haproxy: `http-request set-var-fmt(txn.stick) "NAME=%[req.cook(NAME)]", and %[var(txn.stick)] in log-format`,
    nginx: "log_format … $cookie_NAME",
    alb: cloudCookies,
    cloud: cloudCookies,
    cloudflare: "Logpush custom fields: request cookie NAME",
    caddy: "log_credentials (Caddy hides cookies without it)",
    iis: "field cs(Cookie) in the site's W3C log",
    envoy: "%REQ(COOKIE)%",
    traefik: "accesslog.fields.headers.names.Cookie=keep",
    apache: "LogFormat … %{BALANCER_SESSION_ROUTE}e",
    other: "log the persistence cookie that the client sends",
  },
  inserted: {
    // `%CS` shows what the server set; of what HAProxy itself inserts only the flags tell.
    haproxy: "option httplog, or %tsc in log-format",
    nginx: "log_format … $sent_http_set_cookie",
    alb: cloudCookies,
    cloud: cloudCookies,
    cloudflare: "Logpush custom fields: response header set-cookie",
    caddy: "log_credentials (Caddy hides cookies without it)",
    iis: "custom field for the response header Set-Cookie",
    envoy: "%RESP(SET-COOKIE)%",
    traefik: "accesslog.fields.headers.names.Set-Cookie=keep",
    apache: "LogFormat … %{Set-Cookie}o",
    other: "log the persistence cookie that the response sets",
  },
  persistenceState: {
    haproxy: "option httplog, or %tsc in log-format",
    other: "log the persistence cookie, sent and set",
  },
  termination: {
    haproxy: "option httplog, or %tsc in log-format",
    envoy: "%RESPONSE_FLAGS%",
    other: "log why the request ended",
  },
  attempts: {
    haproxy: "%rc in log-format (option httplog has it)",
    nginx: "log_format … $upstream_addr $upstream_status $upstream_response_time",
    alb: lastOnly,
    cloud: lastOnly,
    iis: lastOnly,
    caddy: lastOnly,
    envoy: "%UPSTREAM_HOSTS_ATTEMPTED% and %UPSTREAM_REQUEST_ATTEMPT_COUNT%",
    other: "log every node that was tried",
  },
  retries: {
    haproxy: "%rc in log-format (option httplog has it)",
    nginx: "log_format … $upstream_addr $upstream_status",
    alb: lastOnly,
    cloud: lastOnly,
    iis: lastOnly,
    caddy: lastOnly,
    envoy: "%UPSTREAM_REQUEST_ATTEMPT_COUNT%",
    traefik: "accesslog.format=json (RetryAttempts)",
    other: "log how often the request was tried again",
  },
  upgrade: { other: "log the response status" },
  duration: {
    nginx: "log_format … $request_time",
    envoy: "%DURATION%",
    apache: "LogFormat … %D",
    iis: "field time-taken in the site's W3C log",
    other: "log how long each request took",
  },
  fineTime: {
    nginx: "log_format … $msec",
    apache: "LogFormat … %{usec_frac}t",
    other: "log times in milliseconds",
  },
  nodeStates: {
    haproxy: "option log-health-checks, with the global log at level notice",
    nginx: `error_log … warn; or ${stateByHand}`,
    alb: `describe-target-health, sent as aws-target-health; or ${stateByHand}`,
    envoy: `outlier detection's event log; or ${stateByHand}`,
    other: stateByHand,
  },
};

/** The directive that would add `field` to a log of this format; where there is none, `nothing to add` and why. */
export function directiveFor(format: string | null, field: LogField): string {
  const choices = directives[field];
  return choices[familyOf(format)] ?? choices.other;
}

/** Whether a directive is something to write into a configuration, rather than advice. */
export function isDirective(directive: string): boolean {
  return !/^(nothing to add|log |send )/.test(directive);
}

function isProved(cause: Cause, fields: ReadonlySet<LogField>): boolean {
  return aboutCause(cause).provedBy.some((set) => set.every((field) => fields.has(field)));
}

const provable = causes.filter((cause) => aboutCause(cause).provedBy.length > 0);

/**
 * What a log with these fields can prove. Without a session key or a
 * correlation ID no request is tied to a session, and nothing is proved.
 */
export function completenessOf(log: LogCarries): Completeness {
  const { format, fields } = log;
  const tied = fields.has("sessionKey") || fields.has("correlation");
  const proves = tied ? provable.filter((cause) => isProved(cause, fields)) : [];
  const wanting = new Map<LogField, Cause[]>();
  if (!tied) wanting.set("sessionKey", [...provable]);
  for (const cause of provable) {
    if (isProved(cause, fields)) continue;
    for (const field of cheapest(cause, format, fields))
      wanting.set(field, [...(wanting.get(field) ?? []), cause]);
  }
  return {
    score: proves.length / provable.length,
    proves,
    missing: [...wanting].map(([field, causes]) => ({
      field,
      causes: [...new Set(causes)],
      directive: directiveFor(format, field),
    })),
  };
}

/** The fewest fields that would prove a cause, among those that the balancer has words for. */
function cheapest(cause: Cause, format: string | null, fields: ReadonlySet<LogField>): LogField[] {
  const family = familyOf(format);
  const open = aboutCause(cause)
    .provedBy.filter((set) => family === "haproxy" || !set.includes("persistenceState"))
    .map((set) => set.filter((field) => !fields.has(field)))
    .sort((a, b) => a.length - b.length);
  return open[0] ?? [];
}

/** A request as far as it tells what its log carries. */
export type CarriedBy = Pick<
  HistoryRequest,
  | "tie"
  | "correlationIds"
  | "client"
  | "presented"
  | "inserted"
  | "persistenceState"
  | "termination"
  | "attempts"
  | "retries"
  | "upgrade"
  | "durationMs"
  | "coarse"
>;

/**
 * The fields that are really present in some requests of a log. A line may lack
 * what another has (no cookie was sent): one line that has it is enough.
 */
export function fieldsPresent(
  requests: Iterable<CarriedBy>,
  format: string | null = null,
): Set<LogField> {
  // NGINX's `$upstream_addr` lists every attempt: a list of one shows that the log carries it.
  const listed = familyOf(format) === "nginx" ? 0 : 1;
  const fields = new Set<LogField>();
  for (const request of requests) {
    if (request.tie === 1) fields.add("sessionKey");
    if (request.correlationIds.length > 0) fields.add("correlation");
    if (request.client !== null) fields.add("client");
    if (request.presented !== null) fields.add("presented");
    if (request.inserted !== null) fields.add("inserted");
    if (request.persistenceState !== null) fields.add("persistenceState");
    if (request.termination !== null) fields.add("termination");
    if (request.attempts.length > listed) fields.add("attempts");
    if (request.retries !== null) fields.add("retries");
    if (request.upgrade !== null) fields.add("upgrade");
    if (request.durationMs !== null) fields.add("duration");
    if (!request.coarse) fields.add("fineTime");
  }
  return fields;
}

/**
 * The format of a log whose source leaves it to be found, as its requests show
 * it: only HAProxy writes flags of its cookies. Null where they show none.
 */
export function formatShown(
  declared: string | null,
  requests: Iterable<Pick<HistoryRequest, "persistenceState">>,
): string | null {
  if (declared !== null && declared !== "auto") return declared;
  for (const request of requests) if (request.persistenceState !== null) return "haproxy-http";
  return null;
}

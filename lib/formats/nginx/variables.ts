import { ipAddressOf } from "../addresses";
import { readCookieHeader, readSetCookieHeader } from "../cookies";
import { correlationIdByShape, correlationIdOf } from "../correlation";
import { readEpochSeconds, readIsoDate, readLogDate } from "../dates";
import { integerUpTo, secondsToMs } from "../digits";
import { addCorrelationId, fillRequestLine, fillTarget, hostWithoutPort } from "../request-fact";
import type { Shape, Slot } from "../template";
import { type Draft, setEnded } from "./draft";

type Assign = Slot<Draft>["assign"];

interface Variable {
  shape: Shape;
  assign: Assign;
  begins?: string;
}

function text(store: (draft: Draft, value: string) => void): Variable {
  return {
    shape: "text",
    assign: (draft, value) => {
      store(draft, value);
      return null;
    },
  };
}

function number(
  store: (draft: Draft, value: number) => void,
  most = Number.MAX_SAFE_INTEGER,
): Variable {
  return {
    shape: "digits",
    assign: (draft, value) => {
      const read = integerUpTo(most, value);
      if (read === null) return "a whole number";
      store(draft, read);
      return null;
    },
  };
}

function list(field: "addresses" | "statuses" | "times"): Variable {
  return {
    shape: "list",
    assign: (draft, value) => {
      draft[field] = value;
      return null;
    },
  };
}

const correlation = text((draft, value) => addCorrelationId(draft.request, value));
const traceId = text((draft, value) => {
  addCorrelationId(draft.request, /^[\da-fA-F]{32}$/.test(value) ? value.toLowerCase() : value);
});
const ignored = text(() => {});
const ignoredList: Variable = { shape: "list", assign: () => null };

/** NGINX's variables that have a place of their own in a request (https://nginx.org/en/docs/varindex.html). */
const variables: Readonly<Record<string, Variable>> = {
  remote_addr: text((draft, value) => {
    draft.request.client.ip = ipAddressOf(value);
  }),
  // ingress-nginx's name for it.
  the_real_ip: text((draft, value) => {
    draft.request.client.ip = ipAddressOf(value);
  }),
  proxy_protocol_addr: text((draft, value) => {
    draft.request.client.ip ??= ipAddressOf(value);
  }),
  remote_port: number((draft, value) => {
    draft.request.client.port = value;
  }, 65_535),
  remote_user: ignored,
  time_local: {
    shape: "date",
    assign: (draft, value) => {
      const read = readLogDate(value, 0, draft.clock);
      if (!read || read.end !== value.length) return "day/Month/year:h:m:s zone";
      setEnded(draft, read);
      return null;
    },
  },
  time_iso8601: {
    shape: "text",
    assign: (draft, value) => {
      const read = readIsoDate(value, 0, draft.clock);
      if (!read || read.end !== value.length) return "an ISO 8601 time";
      setEnded(draft, read);
      return null;
    },
  },
  msec: {
    shape: "digits",
    assign: (draft, value) => {
      const read = readEpochSeconds(value);
      if (!read) return "seconds since 1970";
      setEnded(draft, read);
      return null;
    },
  },
  request_time: {
    shape: "digits",
    assign: (draft, value) => {
      const ms = secondsToMs(value);
      if (ms === null) return "seconds";
      draft.requestTimeMs = ms;
      return null;
    },
  },
  request: {
    shape: "request",
    assign: (draft, value) => {
      fillRequestLine(draft.request, value);
      return null;
    },
  },
  request_method: text((draft, value) => {
    draft.request.method = value;
  }),
  request_uri: {
    ...text((draft, value) => fillTarget(draft.request, value)),
    begins: "/",
  },
  uri: {
    // The URI after internal redirects: what the client asked for goes before it.
    ...text((draft, value) => {
      draft.request.path ??= value;
    }),
    begins: "/",
  },
  args: text((draft, value) => {
    draft.request.query ??= value;
  }),
  is_args: { shape: "mark", assign: () => null, begins: "?" },
  scheme: ignored,
  server_protocol: text((draft, value) => {
    draft.request.protocol = value;
  }),
  status: number((draft, value) => {
    draft.request.status = value > 0 ? value : null;
  }, 999),
  body_bytes_sent: number((draft, value) => {
    draft.request.bytesOut ??= value;
  }),
  bytes_sent: number((draft, value) => {
    draft.request.bytesOut = value;
  }),
  request_length: number((draft, value) => {
    draft.request.bytesIn = value;
  }),
  // Of the stream module, which logs connections.
  bytes_received: number((draft, value) => {
    draft.request.bytesIn = value;
  }),
  // Angie, and NGINX with its sticky: whether the session's server was used (HIT, MISS, NEW).
  upstream_sticky_status: text((draft, value) => {
    draft.request.persistence.state = value;
  }),
  host: text((draft, value) => {
    draft.request.host = hostWithoutPort(value);
  }),
  http_host: text((draft, value) => {
    draft.request.host ??= hostWithoutPort(value);
  }),
  server_name: text((draft, value) => {
    draft.request.listener = value;
  }),
  hostname: text((draft, value) => {
    draft.request.lb = value;
  }),
  http_user_agent: text((draft, value) => {
    draft.request.userAgent = value;
  }),
  http_cookie: text((draft, value) => readCookieHeader(value, draft.request.cookies)),
  sent_http_set_cookie: text((draft, value) =>
    readSetCookieHeader(value, draft.request.setCookies),
  ),
  upstream_http_set_cookie: text((draft, value) =>
    readSetCookieHeader(value, draft.request.setCookies),
  ),
  ssl_protocol: text((draft, value) => {
    draft.request.tls.protocol = value;
  }),
  ssl_cipher: text((draft, value) => {
    draft.request.tls.cipher = value;
  }),
  upstream_addr: list("addresses"),
  upstream_status: list("statuses"),
  upstream_response_time: list("times"),
  upstream_connect_time: ignoredList,
  upstream_header_time: ignoredList,
  upstream_response_length: ignoredList,
  upstream_bytes_sent: ignoredList,
  upstream_bytes_received: ignoredList,
  upstream_queue_time: ignoredList,
  proxy_host: text((draft, value) => {
    draft.request.pool ??= value;
  }),
  // ingress-nginx: `namespace-service-port`.
  proxy_upstream_name: text((draft, value) => {
    draft.request.pool = value;
  }),
  upstream_name: text((draft, value) => {
    draft.request.pool ??= value;
  }),
  request_id: correlation,
  req_id: correlation,
  connection: ignored,
  connection_requests: ignored,
  pipe: ignored,
  otel_trace_id: traceId,
  opentelemetry_trace_id: traceId,
  opentracing_context_uber_trace_id: traceId,
  opentelemetry_context_traceparent: text((draft, value) =>
    addCorrelationId(draft.request, correlationIdByShape(value)),
  ),
};
const alike: Readonly<Record<string, string>> = {
  document_uri: "uri",
  query_string: "args",
  session_time: "request_time",
  protocol: "server_protocol",
};

/** The variable `$name`: one with a place of its own, a header, a cookie, or a capture under the name `$name`. */
export function variableSlot(name: string): Slot<Draft> {
  const known = variables[alike[name] ?? name];
  if (known) return { name: `$${name}`, ...known };
  return { name: `$${name}`, shape: shapeOf(name), assign: assignOf(name) };
}

/** True for a variable that Hopwatch has a place for: by its name, or a header, cookie or argument. */
export function isKnownVariable(name: string): boolean {
  return Object.hasOwn(variables, name) || Object.hasOwn(alike, name) || isFamily(name);
}

function isFamily(name: string): boolean {
  return /^(?:http|sent_http|upstream_http|cookie|upstream_cookie|arg)_./.test(name);
}

function shapeOf(name: string): Shape {
  return name === "server_port" || name === "connection" ? "digits" : "text";
}

function assignOf(name: string): Assign {
  if (name.startsWith("cookie_")) return cookieOf(name.slice(7), "cookies");
  if (name.startsWith("upstream_cookie_")) return cookieOf(name.slice(16), "setCookies");
  if (name.startsWith("http_")) return headerOf(name.slice(5), "headers");
  if (name.startsWith("sent_http_")) return headerOf(name.slice(10), "responseHeaders");
  if (name.startsWith("upstream_http_")) return headerOf(name.slice(14), "responseHeaders");
  return (draft, value) => {
    draft.request.captures[`$${name}`] = value;
    addCorrelationId(draft.request, correlationIdByShape(value));
    return null;
  };
}

function cookieOf(name: string, where: "cookies" | "setCookies"): Assign {
  return (draft, value) => {
    draft.request[where][name] = value;
    return null;
  };
}

function headerOf(variable: string, where: "headers" | "responseHeaders"): Assign {
  const name = variable.replaceAll("_", "-").toLowerCase();
  return (draft, value) => {
    const headers = draft.request[where];
    if (!Object.hasOwn(headers, name)) headers[name] = value;
    addCorrelationId(draft.request, correlationIdOf(name, value));
    return null;
  };
}

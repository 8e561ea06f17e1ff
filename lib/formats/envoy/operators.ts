import { correlationIdByShape } from "../correlation";
import { readLogDate } from "../dates";
import { integerUpTo, mostMs } from "../digits";
import { momentOf } from "../json-members";
import { addRequestHeader, addResponseHeader } from "../named-values";
import { addCorrelationId, fillTarget, hostWithoutPort } from "../request-fact";
import { instantOfParts, newDateParts, strftimeReader } from "../strftime";
import type { Shape, Slot } from "../template";
import type { Draft } from "./draft";

type Assign = Slot<Draft>["assign"];

interface Operator {
  shape: Shape;
  assign: Assign;
}

function text(store: (draft: Draft, value: string) => void, shape: Shape = "text"): Operator {
  return {
    shape,
    assign: (draft, value) => {
      store(draft, value);
      return null;
    },
  };
}

function number(store: (draft: Draft, value: number) => void, most = mostMs): Operator {
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

const peer = text((draft, value) => {
  draft.peer ??= value;
});
const host = text((draft, value) => {
  draft.host ??= value;
});
const bytesOut = number((draft, value) => {
  draft.request.bytesOut = value;
}, Number.MAX_SAFE_INTEGER);

/**
 * Envoy's operators that have a place of their own in a request.
 * Source: https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage#command-operators
 */
const operators: Readonly<Record<string, Operator>> = {
  PROTOCOL: text((draft, value) => {
    draft.request.protocol = value;
  }),
  RESPONSE_CODE: number((draft, value) => {
    draft.request.status = value === 0 ? null : value;
  }, 999),
  RESPONSE_CODE_DETAILS: text((draft, value) => {
    draft.details = value;
    draft.request.captures.RESPONSE_CODE_DETAILS = value;
  }),
  RESPONSE_FLAGS: text((draft, value) => {
    draft.request.termination = value;
  }),
  RESPONSE_FLAGS_LONG: text((draft, value) => {
    draft.request.termination ??= value;
  }),
  BYTES_RECEIVED: number((draft, value) => {
    draft.request.bytesIn = value;
  }, Number.MAX_SAFE_INTEGER),
  BYTES_SENT: bytesOut,
  DURATION: number((draft, value) => {
    draft.durationMs = value;
  }),
  UPSTREAM_HOST: host,
  UPSTREAM_REMOTE_ADDRESS: host,
  UPSTREAM_HOST_NAME: text((draft, value) => {
    draft.hostName = value;
  }),
  UPSTREAM_CLUSTER: text((draft, value) => {
    draft.request.pool = value;
  }),
  UPSTREAM_CLUSTER_RAW: text((draft, value) => {
    draft.request.pool = value;
  }),
  UPSTREAM_HOSTS_ATTEMPTED: text((draft, value) => {
    draft.attempted = value;
  }, "list"),
  UPSTREAM_REQUEST_ATTEMPT_COUNT: number((draft, value) => {
    draft.attemptCount = value;
  }),
  DOWNSTREAM_REMOTE_ADDRESS: peer,
  DOWNSTREAM_DIRECT_REMOTE_ADDRESS: peer,
  DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: peer,
  DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT: peer,
  DOWNSTREAM_LOCAL_ADDRESS: text((draft, value) => {
    draft.request.listener = value;
  }),
  DOWNSTREAM_TLS_VERSION: text((draft, value) => {
    draft.request.tls.protocol = value;
  }),
  DOWNSTREAM_TLS_CIPHER: text((draft, value) => {
    draft.request.tls.cipher = value;
  }),
  REQUESTED_SERVER_NAME: text((draft, value) => {
    draft.request.captures.REQUESTED_SERVER_NAME = value;
  }),
  HOSTNAME: text((draft, value) => {
    draft.request.lb = value;
  }),
  TRACE_ID: text((draft, value) => addCorrelationId(draft.request, value.toLowerCase())),
  STREAM_ID: text((draft, value) => addCorrelationId(draft.request, value)),
  PATH: text((draft, value) => fillTarget(draft.request, value)),
  QUERY_PARAMS: text((draft, value) => {
    draft.request.query ??= value;
  }),
};

/** What `%NAME(argument)%` says; one without a place of its own is kept as a capture under its name. */
export function operatorSlot(name: string, argument: string | null): Slot<Draft> {
  const label = argument === null ? `%${name}%` : `%${name}(${argument})%`;
  switch (name) {
    case "REQ":
    case "REQUEST_HEADER":
    case "REQ_WITHOUT_QUERY":
      return { name: label, ...requestHeader(argument ?? "") };
    case "RESP":
    case "RESPONSE_HEADER":
      return { name: label, ...responseHeader(argument ?? "") };
    case "START_TIME":
    case "START_TIME_LOCAL":
    case "EMIT_TIME":
    case "EMIT_TIME_LOCAL":
      return { name: label, ...time(argument, name.startsWith("START")) };
  }
  const known = operators[name];
  if (known) return { name: label, ...known };
  const key = argument === null ? name : `${name}(${argument})`;
  return {
    name: label,
    ...text((draft, value) => {
      draft.request.captures[key] = value;
      addCorrelationId(draft.request, correlationIdByShape(value));
    }),
  };
}

export function isOperator(name: string): boolean {
  return Object.hasOwn(operators, name) || name === "START_TIME" || name === "EMIT_TIME";
}

/** `NAME` or `NAME?OTHER`: the other is logged where the first is missing, so both mean the same. */
function requestHeader(argument: string): Operator {
  const [first = ""] = argument.split("?");
  switch (first.toLowerCase()) {
    case ":method":
      return text((draft, value) => {
        draft.request.method = value;
      });
    case ":path":
    case "x-envoy-original-path":
    case "x-envoy-origin-path":
      return text((draft, value) => fillTarget(draft.request, value));
    case ":authority":
    case "host":
      return text((draft, value) => {
        draft.request.host = hostWithoutPort(value);
      });
    case ":scheme":
      return text(() => {});
    case "x-forwarded-for":
      return text((draft, value) => {
        draft.forwardedFor = value;
        draft.request.headers["x-forwarded-for"] = value;
      }, "list");
    default:
      return text((draft, value) => addRequestHeader(draft.request, first, value));
  }
}

function responseHeader(argument: string): Operator {
  const [first = ""] = argument.split("?");
  if (first.toLowerCase() === "x-envoy-upstream-service-time") {
    return number((draft, value) => {
      draft.serviceMs = value;
    });
  }
  return text((draft, value) => addResponseHeader(draft.request, first, value));
}

function time(format: string | null, isStart: boolean): Operator {
  const reader = format === null || format === "" ? null : strftimeReader(format);
  return {
    shape: format?.startsWith("%d/%b/%Y:%H:%M:%S") ? "date" : "text",
    assign: (draft, value) => {
      const parts = newDateParts();
      const read = reader
        ? reader(value, parts)
          ? instantOfParts(parts, draft.clock)
          : null
        : (momentOf(value, draft.clock) ?? readLogDate(value, 0, draft.clock));
      if (!read) return `a date${format ? ` as ${format}` : ""}`;
      if (isStart) draft.started = read;
      else draft.emitted = read;
      return null;
    },
  };
}

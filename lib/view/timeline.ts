/**
 * A session's timeline made ready to be drawn: requests in order of their start,
 * each with its events, its hop, its loss, the node that its cookie named; lanes;
 * what a node's state was; independent of width and zoom.
 */

import { stateAfter } from "@/lib/domain/node-state";
import type { Node } from "@/lib/schemas/pools";
import type {
  Annotation,
  Bounce,
  ChangeMark,
  Loss,
  Timeline,
  TimelineEvent,
  TimelineRequest,
} from "@/lib/schemas/results";
import { type NodeBand, nodeBands } from "./node-bands";
import { cookieSent, cookieSet, type Intended, intendedOf, namedBy } from "./timeline-cookie";
import { idleMs, type Span } from "./timeline-scale";

/** The lane of requests that reached no node. */
export const noNode = "";

/** How a status is drawn; `plain` where the log carries none. */
export const statusLooks = ["ok", "outline", "client-error", "server-error", "plain"] as const;
export type StatusLook = (typeof statusLooks)[number];

export interface Hop {
  bounce: Bounce;
  /** From 1; null for a return. */
  number: number | null;
  /** The number of the hop that a return comes back from; 0 where there was none. */
  returnOf: number;
  /** Index of the request that bounced. */
  to: number;
  /** Index of the request before it, on the node that it left; null when that is not here. */
  from: number | null;
  loss: Loss | null;
}

export interface Step {
  index: number;
  request: TimelineRequest;
  start: number;
  end: number;
  lane: string;
  look: StatusLook;
  intended: Intended;
  /** The cookie named another node than the request reached. */
  differs: boolean;
  /** The node, or else the value, that the response bound the session to. */
  sets: string | null;
  events: TimelineEvent[];
  loss: Loss | null;
  hop: Hop | null;
}

export interface Lane {
  node: string;
  ordinal: number | null;
  requests: number;
  state: Node["state"];
  stateSince: number | null;
}

export interface Band extends Span, Omit<NodeBand, keyof Span> {
  /** True when its end was not seen. */
  open: boolean;
}

export interface TimelineModel {
  bounds: Span;
  steps: Step[];
  /** Up to and with each step, the latest end of all. */
  reach: number[];
  hops: Hop[];
  lanes: Lane[];
  bands: Band[];
  /** Changes that are no node's state: deploys, reloads, scaling. */
  marks: ChangeMark[];
  /** Events of no request that is here. */
  stray: TimelineEvent[];
  /** What people wrote, by its time. */
  notes: Annotation[];
  /** The log format of each balancer, where it is known. */
  formats: ReadonlyMap<string, string | null>;
  /** Activity in order of its start, for folding. */
  spans: Span[];
  byRequest: Map<string, Step>;
}

export function timelineModel(timeline: Timeline): TimelineModel {
  const inOrder = inOrderOfStart(timeline.requests);
  const requests = inOrder.map(({ request }) => request);
  const nodeOfValue = namedBy(requests);
  const carriesCookie = requests.some((request) => cookieSent(request) !== null);
  // Each balancer may have a cookie of its own.
  const boundBy = new Set<string>();

  const steps = inOrder.map(({ request, start }, index): Step => {
    const intended = intendedOf(request, boundBy.has(request.lb) && carriesCookie);
    const inserted = request.persistence.inserted;
    if (cookieSent(request) || cookieSet(request)) boundBy.add(request.lb);
    return {
      index,
      request,
      start,
      end: start + Math.max(request.durationMs ?? 0, 0),
      lane: request.node ?? noNode,
      look: statusLook(request.status),
      intended,
      differs: intended.kind === "named" && request.node !== null && intended.node !== request.node,
      sets: inserted ? (nodeOfValue.get(inserted) ?? inserted) : null,
      events: [],
      loss: null,
      hop: null,
    };
  });
  const byRequest = new Map(steps.map((step) => [step.request.id, step]));

  const stray = matchEvents(timeline.events, steps, byRequest);
  matchLosses(timeline.losses, steps);
  const hops = hopsOf(timeline.bounces, steps, byRequest);
  const bounds = boundsOf(timeline, steps);

  let latest = Number.NEGATIVE_INFINITY;
  return {
    bounds,
    steps,
    reach: steps.map((step) => {
      latest = Math.max(latest, step.end);
      return latest;
    }),
    hops,
    lanes: lanesOf(timeline.nodes, steps),
    bands: bandsOf(timeline.changes, bounds),
    marks: timeline.changes.filter((change) => stateAfter(change.kind) === null),
    stray,
    notes: [...timeline.annotations].sort((a, b) => Date.parse(a.at) - Date.parse(b.at)),
    formats: new Map(timeline.balancers.map(({ lb, format }) => [lb, format])),
    spans: spansOf(steps, timeline.events),
    byRequest,
  };
}

/** Each with its start in ms: a date is read once, not in every comparison. */
function inOrderOfStart(requests: readonly TimelineRequest[]) {
  return requests
    .map((request) => ({ request, start: Date.parse(request.startedAt) }))
    .sort((a, b) => a.start - b.start);
}

export function statusLook(status: number | null): StatusLook {
  if (status === null) return "plain";
  if (status >= 500) return "server-error";
  if (status >= 400) return "client-error";
  return status >= 200 && status < 300 ? "ok" : "outline";
}

/** `Hop 2 of 5`, `Return from hop 2`. */
export function hopTitle(hop: Hop, hops: readonly Hop[]): string {
  if (hop.number === null) return hop.returnOf === 0 ? "Return" : `Return from hop ${hop.returnOf}`;
  return `Hop ${hop.number} of ${hops.filter((other) => other.number !== null).length}`;
}

/** The event that says most about a request's session, for its row. */
export function chiefEvent(events: readonly TimelineEvent[]): TimelineEvent | null {
  const order = [
    "session.missing",
    "session.created",
    "session.destroyed",
    "session.expired",
    "session.updated",
    "session.retrieved",
  ];
  return [...events].sort((a, b) => order.indexOf(a.type) - order.indexOf(b.type))[0] ?? null;
}

function matchEvents(
  events: readonly TimelineEvent[],
  steps: readonly Step[],
  byRequest: ReadonlyMap<string, Step>,
): TimelineEvent[] {
  const byCorrelation = new Map<string, Step>();
  for (const step of steps) {
    const id = step.request.correlationId;
    if (id !== null && !byCorrelation.has(id)) byCorrelation.set(id, step);
  }
  const stray: TimelineEvent[] = [];
  for (const event of events) {
    const step =
      (event.requestId === null ? undefined : byRequest.get(event.requestId)) ??
      (event.correlationId === null ? undefined : byCorrelation.get(event.correlationId));
    if (step) step.events.push(event);
    else stray.push(event);
  }
  return stray;
}

function matchLosses(losses: readonly Loss[], steps: readonly Step[]): void {
  for (const loss of losses) {
    const at = Date.parse(loss.at);
    const step =
      (loss.correlationId === null
        ? undefined
        : steps.find((candidate) => candidate.request.correlationId === loss.correlationId)) ??
      lastBefore(steps, at, loss.node);
    if (step) step.loss = loss;
  }
}

/** The request in which a loss without a correlation ID was found: the last one begun on its node, within a minute. */
function lastBefore(steps: readonly Step[], at: number, node: string | null): Step | undefined {
  for (let index = steps.length - 1; index >= 0; index--) {
    const step = steps[index];
    if (!step || step.start > at + 50) continue;
    if (at - step.end > 60_000) return undefined;
    if (node === null || step.lane === node) return step;
  }
  return undefined;
}

function hopsOf(
  bounces: readonly Bounce[],
  steps: readonly Step[],
  byRequest: ReadonlyMap<string, Step>,
): Hop[] {
  const found: { bounce: Bounce; step: Step }[] = [];
  for (const bounce of bounces) {
    const step = byRequest.get(bounce.requestId);
    if (step) found.push({ bounce, step });
  }
  found.sort((a, b) => a.step.index - b.step.index);

  let number = 0;
  return found.map(({ bounce, step }, place) => {
    if (!bounce.isReturn) number += 1;
    const until = found[place + 1]?.step.index ?? steps.length;
    const lossStep = steps.slice(step.index, until).find((candidate) => candidate.loss !== null);
    const hop: Hop = {
      bounce,
      number: bounce.isReturn ? null : number,
      returnOf: bounce.isReturn ? number : 0,
      to: step.index,
      from: fromIndex(steps, step, bounce.from),
      loss: lossStep?.loss ?? null,
    };
    step.hop = hop;
    return hop;
  });
}

function fromIndex(steps: readonly Step[], to: Step, node: string): number | null {
  for (let index = to.index - 1; index >= 0; index--) {
    const step = steps[index];
    if (step && step.lane === node && step.request.pool === to.request.pool) return index;
  }
  return null;
}

function boundsOf(timeline: Timeline, steps: readonly Step[]): Span {
  let from = Date.parse(timeline.session.firstSeen);
  let to = Date.parse(timeline.session.lastSeen);
  for (const step of steps) {
    from = Math.min(from, step.start);
    to = Math.max(to, step.end);
  }
  for (const event of timeline.events) {
    const at = Date.parse(event.at);
    from = Math.min(from, at);
    to = Math.max(to, at);
  }
  return { from, to: Math.max(to, from + 10) };
}

function lanesOf(nodes: readonly Node[], steps: readonly Step[]): Lane[] {
  const counts = new Map<string, number>();
  for (const step of steps) {
    counts.set(step.lane, (counts.get(step.lane) ?? 0) + 1);
    if (step.intended.kind === "named" && !counts.has(step.intended.node))
      counts.set(step.intended.node, 0);
  }
  const known = new Map(nodes.map((node) => [node.name, node]));
  return [...counts]
    .map(([node, requests]): Lane => {
      const about = known.get(node);
      return {
        node,
        ordinal: about?.ordinal ?? null,
        requests,
        state: about?.state ?? "unknown",
        stateSince: about?.stateSince ? Date.parse(about.stateSince) : null,
      };
    })
    .sort(
      (a, b) =>
        Number(a.node === noNode) - Number(b.node === noNode) ||
        (a.ordinal ?? 1e9) - (b.ordinal ?? 1e9) ||
        a.node.localeCompare(b.node),
    );
}

function bandsOf(changes: readonly ChangeMark[], bounds: Span): Band[] {
  return nodeBands(changes)
    .map(({ to, ...band }) => ({ ...band, to: to ?? bounds.to, open: to === null }))
    .filter((band) => band.to >= bounds.from && band.from <= bounds.to);
}

/**
 * What keeps time from being folded. A request open for long (a WebSocket, a
 * download) counts by its beginning and its end only.
 */
function spansOf(steps: readonly Step[], events: readonly TimelineEvent[]): Span[] {
  const spans: Span[] = [];
  for (const { start, end } of steps) {
    if (end - start <= 2 * idleMs) spans.push({ from: start, to: end });
    else spans.push({ from: start, to: start + idleMs / 5 }, { from: end, to: end });
  }
  for (const event of events) {
    const at = Date.parse(event.at);
    spans.push({ from: at, to: at });
  }
  return spans.sort((a, b) => a.from - b.from);
}

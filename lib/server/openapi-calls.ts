import { z } from "zod";
import { exportTypes } from "@/lib/reports/export";
import * as changes from "@/lib/schemas/changes";
import { listOf } from "@/lib/schemas/common";
import { sessionEventInputSchema } from "@/lib/schemas/events";
import { heatmapQuery, heatmapSchema } from "@/lib/schemas/heatmap";
import {
  changeInputSchema,
  parseInputSchema,
  parseOutputSchema,
  receiptSchema,
  sourceInputSchema,
  sourceNameSchema,
  sourceSchema,
  sourceStatusSchema,
} from "@/lib/schemas/ingest";
import { nodeListSchema, nodesQuery, poolListSchema } from "@/lib/schemas/pools";
import * as results from "@/lib/schemas/results";
import { streamEventSchema, streamQuery } from "@/lib/schemas/stream";
import type { Access } from "./access";
import { alertCalls } from "./openapi-alerts";
import { annotationCalls } from "./openapi-annotations";
import { listCalls } from "./openapi-lists";
import { reviewCalls } from "./openapi-reviews";
import { settingsCalls } from "./openapi-settings";

/** A body or an answer: a schema for JSON, or media types with what they hold in words. */
export type Content = z.ZodType | { types: string[]; description: string; each?: z.ZodType };

/** One call of the interface, as the OpenAPI description tells it. */
export interface Call {
  method: "get" | "put" | "post" | "delete";
  /** Below /api/v1. */
  path: string;
  tag: "Facts" | "Sources" | "Results" | "Alerts" | "Settings" | "Live";
  id: string;
  summary: string;
  description?: string;
  access: Access;
  parameters?: Record<string, { schema: z.ZodType; description: string }>;
  query?: z.ZodObject;
  body?: Content;
  /** By status; null for an answer without a body. */
  answers: Record<number, { description: string; content: Content | null }>;
  /** Statuses of problem+json beyond those that the access and the body bring. */
  problems?: number[];
}

const ok = (content: Content, description = "The answer") => ({ 200: { description, content } });
const receipt = ok(
  receiptSchema,
  "All of it is on disk. `errors` lists the first 100 rejected lines. Of up to 10,000 lines or events their sessions' " +
    "figures are up to date too, and bounces found; of more, and of deliveries that follow one another without a pause, " +
    "they follow within some seconds. Who asks for results after the last of them is answered once they have",
);
const demoState = z.object({ running: z.boolean(), present: z.boolean() });
const sessionId = {
  id: { schema: z.string(), description: "A session's public id: 16 hex digits" },
};
const snapshotId = { id: { schema: z.string(), description: "The snapshot's id" } };
const sourceName = { schema: sourceNameSchema, description: "The source's name" };

const result = (
  path: string,
  id: string,
  summary: string,
  query: z.ZodObject | undefined,
  schema: z.ZodType,
  description?: string,
): Call => ({
  method: "get",
  path,
  tag: "Results",
  id,
  summary,
  ...(description === undefined ? {} : { description }),
  access: "view",
  ...(query === undefined ? {} : { query }),
  answers: ok(schema),
});

/** Every call below /api/v1. */
export const calls: Call[] = [
  {
    method: "post",
    path: "/logs/{source}",
    tag: "Facts",
    id: "sendLogs",
    summary: "Send access-log lines",
    description:
      "Lines as the balancer wrote them, or NDJSON; plain or compressed with gzip, br, deflate or zstd. " +
      "The source is made when it is new; `auto` finds the format by itself. Sending the same again changes nothing. " +
      "Equal lines of one delivery are counted each; a sender that cuts one log into deliveries says in the header " +
      "Hopwatch-Repeats (line:times, comma-separated) which lines came before, and how often.",
    access: "ingest",
    parameters: { source: sourceName },
    body: {
      types: ["text/plain", "application/x-ndjson", "application/octet-stream"],
      description: "Log lines",
    },
    answers: receipt,
  },
  {
    method: "post",
    path: "/events",
    tag: "Facts",
    id: "sendEvents",
    summary: "Send session events",
    description: "NDJSON, a JSON array of at most 16 MiB, or CloudEvents; plain or compressed.",
    access: "ingest",
    body: {
      types: [
        "application/x-ndjson",
        "application/json",
        "application/cloudevents+json",
        "application/cloudevents-batch+json",
      ],
      description: "Session events",
      each: sessionEventInputSchema,
    },
    answers: receipt,
  },
  {
    method: "post",
    path: "/changes",
    tag: "Facts",
    id: "sendChanges",
    summary: "Tell of one change or several",
    access: "either",
    body: z.union([changeInputSchema, z.array(changeInputSchema)]),
    answers: receipt,
  },
  {
    method: "post",
    path: "/parse",
    tag: "Sources",
    id: "parseLines",
    summary: "Try a format on some lines; nothing is stored",
    access: "either",
    body: parseInputSchema,
    answers: ok(parseOutputSchema),
  },
  {
    method: "get",
    path: "/sources",
    tag: "Sources",
    id: "listSources",
    summary: "Log sources and what they sent lately",
    access: "either",
    answers: ok(listOf(sourceStatusSchema)),
  },
  {
    method: "get",
    path: "/sources/{name}",
    tag: "Sources",
    id: "readSource",
    summary: "A log source",
    access: "either",
    parameters: { name: sourceName },
    answers: ok(sourceSchema),
    problems: [404],
  },
  {
    method: "put",
    path: "/sources/{name}",
    tag: "Sources",
    id: "saveSource",
    summary: "Make or change a log source",
    access: "either",
    parameters: { name: sourceName },
    body: sourceInputSchema,
    answers: {
      200: { description: "Changed", content: sourceSchema },
      201: { description: "Made", content: sourceSchema },
    },
  },
  {
    method: "delete",
    path: "/sources/{name}",
    tag: "Sources",
    id: "removeSource",
    summary: "Forget a log source",
    access: "either",
    parameters: { name: sourceName },
    answers: { 204: { description: "Gone", content: null } },
    problems: [404],
  },
  {
    method: "get",
    path: "/demo",
    tag: "Sources",
    id: "readDemo",
    summary: "Whether demo data are being played, and whether there are any",
    access: "view",
    answers: ok(demoState),
  },
  {
    method: "post",
    path: "/demo",
    tag: "Sources",
    id: "playDemo",
    summary: "Play the demo; while it plays, this changes nothing",
    access: "either",
    answers: { 202: { description: "It plays", content: demoState } },
  },
  {
    method: "delete",
    path: "/demo",
    tag: "Sources",
    id: "removeDemo",
    summary: "Take away all that the demo left",
    access: "either",
    answers: ok(demoState),
  },
  result("/pools", "listPools", "Pools with their affinity", undefined, poolListSchema),
  result(
    "/nodes",
    "listNodes",
    "Nodes with aliases, state, clock offset and load",
    nodesQuery,
    nodeListSchema,
  ),
  result(
    "/overview",
    "readOverview",
    "Key figures beside those of the period before, and their course",
    results.overviewQuery,
    results.overviewSchema,
    "Figures are null where there is nothing to reckon from, which is not zero. Latency is not kept by balancer: with `lb` it is null. Affected sessions are estimated beyond 20,000 bounces, those of a balancer beyond 100,000 sessions.",
  ),
  result(
    "/sessions",
    "listSessions",
    "Sessions, worst first",
    results.sessionsQuery,
    results.sessionListSchema,
    "Where few match, a page looks through 5,000 sessions (for a path the requests of 1,000), may hold fewer than asked for or none, and the next goes on there: the list ends where `nextCursor` is null.",
  ),
  {
    method: "post",
    path: "/sessions/lookup",
    tag: "Results",
    id: "lookUpSession",
    summary: "Find sessions by raw session ID, correlation ID, client address or public id",
    description: "By POST, so that a raw session ID comes into no URL. It is hashed and not kept.",
    access: "view",
    body: results.lookupInputSchema,
    answers: ok(results.lookupOutputSchema),
  },
  {
    ...result(
      "/sessions/{id}",
      "readTimeline",
      "A session's timeline",
      results.timelineQuery,
      results.timelineSchema,
    ),
    parameters: sessionId,
    problems: [404],
  },
  {
    ...result(
      "/sessions/{id}/export",
      "exportTimeline",
      "A session's timeline as a file",
      results.exportQuery.extend(results.timelineQuery.shape),
      results.timelineSchema,
    ),
    parameters: sessionId,
    answers: ok(
      {
        types: Object.values(exportTypes),
        description: "The timeline in the format asked for, by name or by the Accept header",
      },
      "A file to save",
    ),
    problems: [404, 406, 429],
  },
  {
    method: "post",
    path: "/snapshots",
    tag: "Results",
    id: "takeSnapshot",
    summary: "Keep a copy of a session's timeline for good",
    access: "admin",
    body: results.snapshotInputSchema,
    answers: { 201: { description: "Kept", content: results.snapshotSchema } },
    problems: [404],
  },
  {
    ...result(
      "/snapshots/{id}",
      "readSnapshot",
      "A kept timeline",
      undefined,
      results.snapshotSchema,
    ),
    parameters: snapshotId,
    problems: [404],
  },
  {
    ...result(
      "/snapshots/{id}/export",
      "exportSnapshot",
      "A kept timeline as a file; the Markdown shows its picture",
      results.exportQuery,
      results.timelineSchema,
    ),
    parameters: snapshotId,
    answers: ok(
      {
        types: Object.values(exportTypes),
        description: "The timeline in the format asked for, by name or by the Accept header",
      },
      "A file to save",
    ),
    problems: [404, 406, 429],
  },
  result(
    "/bounces",
    "listBounces",
    "Bounces with cause and evidence, newest first by default",
    results.bouncesQuery,
    results.bounceListSchema,
    "As with sessions, where few match a page may be short: 5,000 bounces are looked through for it (1,000 where their sessions or requests are).",
  ),
  result(
    "/losses",
    "listLosses",
    "Lost sessions, newest first by default",
    results.lossesQuery,
    results.lossListSchema,
    "As with sessions, where few match a page may be short: 5,000 losses are looked through for it (1,000 where their sessions or requests are).",
  ),
  result(
    "/transitions",
    "readTransitions",
    "Moves from node to node, by cause",
    results.transitionsQuery,
    results.transitionsSchema,
    "Estimated from a share of the sessions beyond 120,000 bounces, and what stayed beyond 60,000 requests.",
  ),
  result(
    "/heatmap",
    "readHeatmap",
    "One metric by node and time",
    heatmapQuery,
    heatmapSchema,
    "Requests, sessions and bounces are counts; `p95` is in milliseconds; `errors` (5xx) and `share` are from 0 to 1. Null where the node had no request, which is not zero. Of more than 1,000 sessions that moved, where they stayed is estimated from 1,000.",
  ),
  result(
    "/changes",
    "listChanges",
    "Changes with their verdicts, newest first",
    changes.changesQuery,
    changes.changeListSchema,
    "Each with what it did to continuity in the half hours on both sides, once the one after it is over.",
  ),
  result(
    "/rejects",
    "listRejects",
    "Lines that did not parse, newest first, and their number by reason",
    results.rejectsQuery,
    results.rejectListSchema,
  ),
  ...annotationCalls,
  ...listCalls,
  ...reviewCalls,
  ...alertCalls,
  ...settingsCalls,
  {
    method: "get",
    path: "/stream",
    tag: "Live",
    id: "watch",
    summary: "What happens, as server-sent events",
    description:
      "Events are `tick`, `bounce`, `loss`, `change` and `alert`; a tick tells that facts were committed, and one that names no pool asks to fetch everything anew. " +
      "With `since`, what was sent since that moment comes first; one that lies further back than half a minute is answered by a tick that names no pool. " +
      "Else nothing is repeated: after a lost connection, ask again.",
    access: "view",
    query: streamQuery,
    answers: ok(
      {
        types: ["text/event-stream"],
        description: "The data of each event is one JSON object",
        each: streamEventSchema,
      },
      "Goes on until either side ends it",
    ),
  },
];

import { z } from "zod";
import { alertSchema } from "@/lib/schemas/alert";
import * as channels from "@/lib/schemas/alert-channels";
import * as alerts from "@/lib/schemas/alerts";
import { evidenceSchema, figureSchema, problemSchema } from "@/lib/schemas/common";
import * as compare from "@/lib/schemas/compare";
import { sessionEventInputSchema } from "@/lib/schemas/events";
import { heatmapSchema } from "@/lib/schemas/heatmap";
import * as ingest from "@/lib/schemas/ingest";
import { nodeSchema, poolSchema } from "@/lib/schemas/pools";
import * as results from "@/lib/schemas/results";
import { streamEventSchema } from "@/lib/schemas/stream";
import * as weekly from "@/lib/schemas/weekly";
import packageJson from "@/package.json";
import type { Access } from "./access";
import { type Call, type Content, calls } from "./openapi-calls";
import { sessionCookie } from "./sessions";

type Json = Record<string, unknown>;

/** What is sent, under its names in the description. */
const sent: Record<string, z.ZodType> = {
  ChangeInput: ingest.changeInputSchema,
  SessionEventInput: sessionEventInputSchema,
  SourceInput: ingest.sourceInputSchema,
  ParseInput: ingest.parseInputSchema,
  LookupInput: results.lookupInputSchema,
  SnapshotInput: results.snapshotInputSchema,
  AnnotationInput: results.annotationInputSchema,
  Rule: alerts.ruleSchema,
  SilenceInput: alerts.silenceInputSchema,
  ChannelInput: channels.channelInputSchema,
};

/** What is answered. */
const answered: Record<string, z.ZodType> = {
  Problem: problemSchema,
  Receipt: ingest.receiptSchema,
  Source: ingest.sourceSchema,
  SourceStatus: ingest.sourceStatusSchema,
  ParsedRequest: ingest.parsedRequestSchema,
  ParseOutput: ingest.parseOutputSchema,
  Evidence: evidenceSchema,
  Figure: figureSchema,
  Pool: poolSchema,
  Node: nodeSchema,
  Change: results.changeSchema,
  Session: results.sessionSchema,
  SessionRow: results.sessionRowSchema,
  TimelineRequest: results.timelineRequestSchema,
  TimelineEvent: results.timelineEventSchema,
  Bounce: results.bounceSchema,
  Loss: results.lossSchema,
  Annotation: results.annotationSchema,
  Timeline: results.timelineSchema,
  Snapshot: results.snapshotSchema,
  SeriesPoint: results.seriesPointSchema,
  Overview: results.overviewSchema,
  Transitions: results.transitionsSchema,
  Heatmap: heatmapSchema,
  Reject: results.rejectSchema,
  Side: compare.sideSchema,
  Comparison: compare.compareSchema,
  ChangeVerdict: compare.changeVerdictSchema,
  Weekly: weekly.weeklySchema,
  Objectives: weekly.objectivesSchema,
  Alert: alertSchema,
  AlertDetail: alerts.alertDetailSchema,
  Silence: alerts.silenceSchema,
  Channel: channels.channelSchema,
  StreamEvent: streamEventSchema,
};

const schemaUri = (name: string) => `#/components/schemas/${name}`;

/** A schema in words of JSON Schema 2020-12, without the marks that belong to a file of its own. */
function bare(schema: Json): Json {
  const { $schema: _dialect, $id: _id, ...rest } = schema;
  return rest;
}

function described(schemas: Record<string, z.ZodType>, io: "input" | "output"): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const made = z.toJSONSchema(registry, { io, uri: schemaUri }).schemas;
  return Object.fromEntries(Object.entries(made).map(([name, schema]) => [name, bare(schema)]));
}

/** A schema, by reference where it has a name. */
function schemaOf(schema: z.ZodType, io: "input" | "output"): Json {
  const named = Object.entries(io === "input" ? sent : answered);
  const registry = z.registry<{ id: string }>();
  for (const [id, known] of named) registry.add(known, { id });
  const name = named.find(([, known]) => known === schema)?.[0];
  if (name) return { $ref: schemaUri(name) };
  return bare(inner(z.toJSONSchema(schema, { io, metadata: registry, reused: "inline" })));
}

/** References to named schemas point into the description; their copies here go. */
function inner(schema: Json): Json {
  const { $defs: _copies, ...rest } = schema;
  const text = JSON.stringify(rest).replaceAll('"#/$defs/', '"#/components/schemas/');
  return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
}

function contentOf(content: Content, io: "input" | "output"): Json {
  if (content instanceof z.ZodType)
    return { "application/json": { schema: schemaOf(content, io) } };
  const { types, description, each } = content;
  return Object.fromEntries(
    types.map((type) => [
      type,
      {
        schema: { type: type === "application/json" && each ? "array" : "string", description },
        ...(each ? { "x-each": schemaOf(each, io) } : {}),
      },
    ]),
  );
}

function parametersOf({ parameters = {}, query }: Call): Json[] {
  const inPath = Object.entries(parameters).map(([name, { schema, description }]) => ({
    name,
    in: "path",
    required: true,
    description,
    schema: schemaOf(schema, "input"),
  }));
  if (!query) return inPath;
  const inQuery = Object.entries(query.shape).map(([name, schema]) => {
    const description = queryWords[name];
    return {
      name,
      in: "query",
      required: false,
      ...(description ? { description } : {}),
      schema: schemaOf(schema, "input"),
    };
  });
  return [...inPath, ...inQuery];
}

const queryWords: Record<string, string> = {
  from: "Start of the range: RFC 3339, epoch milliseconds, or relative as in now-1h",
  to: "End of the range, not itself in it: RFC 3339, epoch milliseconds, or relative as in now",
  pool: "A pool's name; every pool when absent",
  lb: "A load balancer's name",
  node: "A node's name or any of its aliases",
  session: "A session's public id",
  client: "A client address or network",
  cursor: "The nextCursor of the page before",
  limit: "Items at most",
  step: "Length of a column: 1m, 5m, 1h or milliseconds; chosen by the range when absent",
  q: "The beginning of a session's public id, a client address, or a part of a node's name",
  source: "A source's name",
  status: "A state: pending, firing, acknowledged, silenced or resolved",
};

const problemWords: Record<number, string> = {
  400: "Not understood: `errors` names the fields",
  401: "No valid credential",
  403: "The credential does not suffice, or the call comes from another site",
  404: "Not found",
  409: "Not in this state",
  422: "Understood, but it cannot be",
  406: "Not available in this format",
  413: "The body is larger than is taken",
  415: "The body's encoding is not known",
  429: "Overloaded; Retry-After says when to send again",
  503: "The database is away, or too much is going on at once; nothing was stored; Retry-After says when to send again",
};

function problemsOf(call: Call): number[] {
  const guarded = { public: [], view: [401], ingest: [401], either: [401, 403], admin: [401, 403] };
  return [
    ...new Set([
      ...(call.query || call.body || call.parameters ? [400] : []),
      ...guarded[call.access],
      ...(call.body ? [413] : []),
      ...(call.access === "ingest" ? [415, 429] : []),
      503,
      ...(call.problems ?? []),
    ]),
  ].sort();
}

const credentials: Record<Access, string[]> = {
  public: [],
  ingest: ["ingestKey"],
  view: ["login", "viewerToken"],
  admin: ["login"],
  either: ["login", "ingestKey"],
};

function operationOf(call: Call): Json {
  const parameters = parametersOf(call);
  const answers = Object.entries(call.answers).map(([status, { description, content }]) => [
    status,
    { description, ...(content ? { content: contentOf(content, "output") } : {}) },
  ]);
  const problems = problemsOf(call).map((status) => [
    status,
    { $ref: `#/components/responses/Problem${status}` },
  ]);
  return {
    operationId: call.id,
    tags: [call.tag],
    summary: call.summary,
    ...(call.description ? { description: call.description } : {}),
    security: credentials[call.access].map((name) => ({ [name]: [] })),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(call.body
      ? { requestBody: { required: true, content: contentOf(call.body, "input") } }
      : {}),
    responses: Object.fromEntries([...answers, ...problems]),
  };
}

/** The description of the HTTP interface (OpenAPI 3.1), made from the schemas that validate it. */
export function openApi(): Json {
  const paths: Record<string, Json> = {};
  for (const call of calls) {
    const path = `/api/v1${call.path}`;
    paths[path] = { ...paths[path], [call.method]: operationOf(call) };
  }
  const responses = Object.entries(problemWords).map(([status, description]) => [
    `Problem${status}`,
    {
      description,
      content: { "application/problem+json": { schema: { $ref: schemaUri("Problem") } } },
    },
  ]);
  return {
    openapi: "3.1.0",
    info: {
      title: "Hopwatch",
      version: packageJson.version,
      summary: packageJson.description,
      description:
        "Times are RFC 3339 UTC, durations milliseconds (suffix `Ms`), sizes bytes. Errors are RFC 9457 problem+json. " +
        "From the same machine, on a loopback address, reading and configuring need no login.",
      license: { name: packageJson.license, identifier: packageJson.license },
    },
    servers: [{ url: "/" }],
    tags: [
      { name: "Facts", description: "What comes in" },
      { name: "Sources", description: "Where it comes from" },
      { name: "Results", description: "What is known" },
      { name: "Alerts", description: "What is too much, and who is told" },
      { name: "Settings", description: "How this installation is set up, and who may send" },
      { name: "Live", description: "What happens now" },
    ],
    paths,
    components: {
      schemas: { ...described(sent, "input"), ...described(answered, "output") },
      responses: Object.fromEntries(responses),
      securitySchemes: {
        ingestKey: { type: "http", scheme: "bearer", description: "An ingest key" },
        viewerToken: { type: "http", scheme: "bearer", description: "A token that may only read" },
        login: { type: "apiKey", in: "cookie", name: sessionCookie },
      },
    },
  };
}

import { z } from "zod";
import * as lists from "@/lib/schemas/lists";
import * as results from "@/lib/schemas/results";
import * as spread from "@/lib/schemas/spread";
import type { Call } from "./openapi-calls";

const file = (path: string, id: string, summary: string, query: z.ZodObject): Call => ({
  method: "get",
  path,
  tag: "Results",
  id,
  summary,
  description:
    "All rows that match, at most 100,000, sent while they are read. `format` decides, else the Accept header. " +
    "In the JSON `nextCursor` is null unless rows were left out; a CSV then says so in its last line. " +
    "Text that a spreadsheet would run as a formula begins with an apostrophe. Sessions are told by their public id.",
  access: "view",
  query,
  answers: {
    200: {
      description: "A file to save",
      content: { types: ["application/json", "text/csv"], description: "The list" },
    },
  },
});

/** The calls that count, locate and hand out lists. */
export const listCalls: Call[] = [
  file("/sessions/export", "exportSessions", "Sessions as a file", lists.sessionsFileQuery),
  file("/bounces/export", "exportBounces", "Bounces as a file", lists.bouncesFileQuery),
  file("/losses/export", "exportLosses", "Lost sessions as a file", lists.lossesFileQuery),
  {
    method: "get",
    path: "/bounces/groups",
    tag: "Results",
    id: "countBounces",
    summary: "Bounces counted by balancer, cause, node or pool",
    description:
      "Where the range holds more than 20,000 bounces, those of one session in 4 (32, 256) stand for all.",
    access: "view",
    query: lists.bounceGroupsQuery,
    answers: { 200: { description: "The answer", content: lists.bounceGroupsSchema } },
  },
  {
    method: "get",
    path: "/spread",
    tag: "Results",
    id: "readSpread",
    summary: "Which nodes and balancers the bounces lie at, and which not",
    description:
      "A place stands out when the share of its requests that bounced differs from the others' by more than noise (99.9 %) and by half or more. Returns are not counted. Of more than 120,000 bounces, those of one session in 4 (32, 256) stand for all.",
    access: "view",
    query: results.poolRangeQuery,
    answers: { 200: { description: "The answer", content: spread.spreadSchema } },
  },
  {
    method: "get",
    path: "/runbooks/{name}",
    tag: "Results",
    id: "readRunbook",
    summary: "What to do against a cause, with a balancer's own commands first",
    access: "view",
    parameters: {
      name: { schema: z.string(), description: "A cause, or what alerts tell of" },
    },
    query: spread.runbookQuery,
    answers: { 200: { description: "The answer", content: spread.runbookSchema } },
    problems: [404],
  },
];

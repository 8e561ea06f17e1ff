import { z } from "zod";
import { annotationInputSchema, annotationSchema } from "@/lib/schemas/results";
import type { Call } from "./openapi-calls";

const sessionId = { schema: z.string(), description: "A session's public id: 16 hex digits" };
const annotation = { schema: z.string(), description: "The note's id" };
const said = (description: string) => ({ description, content: annotationSchema });

/** What people write on timelines. */
export const annotationCalls: Call[] = [
  {
    method: "post",
    path: "/sessions/{id}/annotations",
    tag: "Results",
    id: "addAnnotation",
    summary: "Write a note at a moment of a session",
    description: "Shown on the timeline, in exports, and in snapshots taken afterwards.",
    access: "admin",
    parameters: { id: sessionId },
    body: annotationInputSchema,
    answers: { 201: said("Written") },
    problems: [404, 409],
  },
  {
    method: "put",
    path: "/sessions/{id}/annotations/{annotation}",
    tag: "Results",
    id: "changeAnnotation",
    summary: "Change a note",
    access: "admin",
    parameters: { id: sessionId, annotation },
    body: annotationInputSchema,
    answers: { 200: said("Changed") },
    problems: [404],
  },
  {
    method: "delete",
    path: "/sessions/{id}/annotations/{annotation}",
    tag: "Results",
    id: "removeAnnotation",
    summary: "Take a note away",
    access: "admin",
    parameters: { id: sessionId, annotation },
    answers: { 204: { description: "Gone", content: null } },
    problems: [404],
  },
];

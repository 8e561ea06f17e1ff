import { z } from "zod";
import * as settings from "@/lib/schemas/settings";
import type { Call } from "./openapi-calls";

/** The calls about the installation itself. */
export const settingsCalls: Call[] = [
  {
    method: "get",
    path: "/settings",
    tag: "Settings",
    id: "readSettings",
    summary: "How this installation is set up, without any secret, and what it stores",
    access: "view",
    answers: { 200: { description: "The answer", content: settings.settingsSchema } },
  },
  {
    method: "get",
    path: "/keys",
    tag: "Settings",
    id: "listKeys",
    summary: "The keys that may send facts: names and last characters",
    access: "view",
    answers: {
      200: {
        description: "The answer",
        content: z.object({ items: z.array(settings.ingestKeySchema) }),
      },
    },
  },
  {
    method: "post",
    path: "/keys",
    tag: "Settings",
    id: "makeKey",
    summary: "Make a key that may send facts",
    description: "The key is in this answer and nowhere else: only its hash is kept.",
    access: "admin",
    body: settings.ingestKeyInputSchema,
    answers: { 201: { description: "The key", content: settings.newIngestKeySchema } },
    problems: [422],
  },
  {
    method: "delete",
    path: "/keys/{id}",
    tag: "Settings",
    id: "revokeKey",
    summary: "Refuse a key from now on",
    access: "admin",
    parameters: { id: { schema: z.string(), description: "The key's id" } },
    answers: { 204: { description: "It is refused", content: null } },
    problems: [404, 409],
  },
];

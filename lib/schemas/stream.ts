import { z } from "zod";
import { alertSchema } from "./alert";
import { instant } from "./common";
import { bounceSchema, changeSchema, lossSchema } from "./results";

export const streamQuery = z.object({
  pool: z.string().optional(),
  /** When what the reader knows was asked: what was sent since comes first. */
  since: z.iso.datetime({ offset: true }).optional(),
});

/** The stream: one JSON object as the data of each server-sent event. */
export const streamEventSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("tick"),
    at: instant,
    /** Facts committed since the last tick. */
    requests: z.number().int(),
    events: z.number().int(),
    newestAt: instant.nullable(),
    pools: z.array(z.string()),
    /** A few of the newest requests, for the live tail; `dropped` says how many are not shown. */
    tail: z.array(
      z.object({
        id: z.string(),
        at: instant,
        pool: z.string(),
        lb: z.string(),
        method: z.string().nullable(),
        path: z.string().nullable(),
        status: z.number().nullable(),
        durationMs: z.number().nullable(),
        node: z.string().nullable(),
        session: z.string().nullable(),
      }),
    ),
    dropped: z.number().int(),
  }),
  z.object({ type: z.literal("bounce"), bounce: bounceSchema }),
  z.object({ type: z.literal("loss"), loss: lossSchema }),
  z.object({ type: z.literal("change"), change: changeSchema }),
  z.object({ type: z.literal("alert"), alert: alertSchema }),
]);
export type StreamEvent = z.infer<typeof streamEventSchema>;

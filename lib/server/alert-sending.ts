import type { z } from "zod";
import { sendWithin } from "@/lib/alerts/channels/send";
import { deliverySchema } from "@/lib/schemas/alert-channels";
import type { DeliveryRow } from "@/lib/store/alerts/rows";
import type { Runtime } from "./runtime";

/** Longer than this no receiver is waited for; stopping takes no longer either. */
export const send = sendWithin(8_000);

/** Where people reach the pages: the address in links. */
export function baseUrl({ config }: Runtime): string {
  if (config.publicUrl !== null) return config.publicUrl.replace(/\/+$/, "");
  const host = ["0.0.0.0", "::", "127.0.0.1"].includes(config.host) ? "localhost" : config.host;
  return `http://${host.includes(":") ? `[${host}]` : host}:${config.port}`;
}

/** A word to a channel, and what became of it. */
export function deliveryOf(sent: Omit<DeliveryRow, "payload">): z.infer<typeof deliverySchema> {
  return {
    id: String(sent.id),
    channel: sent.channel,
    word: deliverySchema.shape.word.catch("firing").parse(sent.word),
    state: deliverySchema.shape.state.catch("waiting").parse(sent.state),
    attempts: sent.attempts,
    createdAt: sent.createdAt.toISOString(),
    sentAt: sent.sentAt?.toISOString() ?? null,
    nextAt: sent.state === "waiting" ? sent.nextAt.toISOString() : null,
    answer: sent.answer,
  };
}

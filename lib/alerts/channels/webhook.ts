import { createHmac } from "node:crypto";
import type { z } from "zod";
import type { channelSettings } from "@/lib/schemas/alert-channels";
import { type ChannelKindOf, jsonCall } from "./channel";

/**
 * The notice as JSON, signed: `X-Hopwatch-Signature: sha256=<hex>` is the
 * HMAC-SHA-256 of the body under the channel's secret; `X-Hopwatch-Delivery` is
 * the same at every try of one word.
 */
export const webhook: ChannelKindOf<z.infer<typeof channelSettings.webhook>> = {
  keepsIncidents: false,
  hears: () => true,
  call: (notice, { url, secret }) =>
    signed(url, secret, notice.id, notice.word, {
      id: notice.id,
      event: notice.word,
      at: notice.at,
      test: notice.test,
      url: notice.url,
      alert: notice.alert,
      content: notice.content,
    }),
  review: (told, { url, secret }) =>
    signed(url, secret, told.id, "weekly-review", { event: "weekly-review", ...told }),
};

function signed(url: string, secret: string, id: string, event: string, body: object) {
  const call = jsonCall(url, body);
  const signature = createHmac("sha256", secret).update(call.body).digest("hex");
  return {
    ...call,
    headers: {
      ...call.headers,
      "x-hopwatch-event": event,
      "x-hopwatch-delivery": id,
      "x-hopwatch-signature": `sha256=${signature}`,
    },
  };
}

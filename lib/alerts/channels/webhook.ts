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
  call: (notice, { url, secret }) => {
    const call = jsonCall(url, {
      id: notice.id,
      event: notice.word,
      at: notice.at,
      test: notice.test,
      url: notice.url,
      alert: notice.alert,
      content: notice.content,
    });
    const signature = createHmac("sha256", secret).update(call.body).digest("hex");
    return {
      ...call,
      headers: {
        ...call.headers,
        "x-hopwatch-event": notice.word,
        "x-hopwatch-delivery": notice.id,
        "x-hopwatch-signature": `sha256=${signature}`,
      },
    };
  },
};

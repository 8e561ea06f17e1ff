import type { z } from "zod";
import type { channelSettings } from "@/lib/schemas/alert-channels";
import { type ChannelKindOf, headline, jsonCall, tellingLines } from "./channel";

/** An incoming webhook's message; the three signs that mean something there are escaped (Slack, "Escaping text"). */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function message(url: string, page: string, headline: string, lines: readonly string[]) {
  const title = escaped(headline);
  const text = lines.map(escaped).join("\n");
  return jsonCall(url, {
    text: title,
    blocks: [
      {
        type: "section",
        text: { type: "mrkdwn", text: `*<${page}|${title}>*\n${text}`.slice(0, 2900) },
      },
    ],
  });
}

/** Slack's incoming webhooks. */
export const slack: ChannelKindOf<z.infer<typeof channelSettings.slack>> = {
  keepsIncidents: false,
  // Of what was over before anybody knew, one message is enough.
  hears: (word, foundOver) => !(foundOver && word === "firing"),
  call: (notice, { url }) => message(url, notice.url, headline(notice), tellingLines(notice)),
  review: (told, { url }) => message(url, told.url, told.title, told.lines),
};

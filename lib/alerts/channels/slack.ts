import type { z } from "zod";
import type { channelSettings } from "@/lib/schemas/alerts";
import { type ChannelKindOf, jsonCall, type Notice } from "./channel";

const words = { firing: "Firing", acknowledged: "Acknowledged", resolved: "Resolved" };

/** An incoming webhook's message; the three signs that mean something there are escaped (Slack, "Escaping text"). */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function lines({ alert, content, word, test }: Notice): string[] {
  const told = [content?.summary ?? alert.summary ?? ""];
  if (word === "acknowledged" && alert.acknowledgedBy) told.push(`By ${alert.acknowledgedBy}.`);
  if (word === "resolved" && alert.corrected)
    told.push("Corrected: late lines changed the picture.");
  if (word !== "acknowledged") {
    told.push(`Since ${alert.since}${alert.resolvedAt ? `, until ${alert.resolvedAt}` : ""}.`);
    if (alert.rules.length > 0)
      told.push(`Rules: ${alert.rules.map(({ name }) => name).join("; ")}`);
  }
  if (test) told.unshift("This is a test.");
  return told.filter((line) => line !== "");
}

/** Slack's incoming webhooks. */
export const slack: ChannelKindOf<z.infer<typeof channelSettings.slack>> = {
  // Of what was over before anybody knew, one message is enough.
  hears: (word, foundOver) => !(foundOver && word === "firing"),
  call: (notice, { url }) => {
    const { alert, word } = notice;
    const where = alert.pool === null ? "" : ` in ${alert.pool}`;
    const title = escaped(`${words[word]}: ${alert.title}${where}`);
    const text = lines(notice).map(escaped).join("\n");
    return jsonCall(url, {
      text: title,
      blocks: [
        {
          type: "section",
          text: { type: "mrkdwn", text: `*<${notice.url}|${title}>*\n${text}`.slice(0, 2900) },
        },
      ],
    });
  },
};

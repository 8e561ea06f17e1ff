import type { z } from "zod";
import type { channelSettings } from "@/lib/schemas/alert-channels";
import { type ChannelKindOf, jsonCall, tellingLines } from "./channel";

/**
 * Opsgenie's Alert API (`POST /v2/alerts`, `…/{alias}/acknowledge`,
 * `…/{alias}/close`); the alias is the key under which it is one alert there.
 * It answers 202 before it has done anything, and a close of what it does not
 * know does no harm.
 */
export const opsgenie: ChannelKindOf<z.infer<typeof channelSettings.opsgenie>> = {
  keepsIncidents: true,
  review: null,
  // Nobody is to be woken for what is over.
  hears: (_, foundOver) => !foundOver,
  call: (notice, { url, apiKey }) => {
    const { alert, content, word } = notice;
    const headers = { authorization: `GenieKey ${apiKey}` };
    const alerts = `${url.replace(/\/+$/, "")}/v2/alerts`;
    const alias = `hopwatch-${alert.id}`;
    if (word !== "firing") {
      const verb = word === "resolved" ? "close" : "acknowledge";
      const by = word === "acknowledged" ? alert.acknowledgedBy : null;
      return jsonCall(
        `${alerts}/${encodeURIComponent(alias)}/${verb}?identifierType=alias`,
        {
          source: "Hopwatch",
          note: tellingLines(notice).join("\n").slice(0, 25_000),
          ...(by === null ? {} : { user: by.slice(0, 100) }),
        },
        headers,
      );
    }
    const where = alert.pool === null ? "" : ` in ${alert.pool}`;
    return jsonCall(
      alerts,
      {
        // At most 130, 15 000, 512 and 20 × 50 characters.
        message: `${alert.title}${where}`.slice(0, 130),
        alias,
        description: [...tellingLines(notice), notice.url].join("\n").slice(0, 15_000),
        entity: (alert.pool ?? alert.subject).slice(0, 512),
        source: "Hopwatch",
        priority: alert.severity === "critical" ? "P1" : "P3",
        tags: [alert.severity, alert.cause ?? alert.subject].map((tag) => tag.slice(0, 50)),
        details: {
          url: notice.url,
          rules: alert.rules.map(({ name }) => name).join("; "),
          affectedSessions: String(alert.affectedSessions ?? ""),
          lostSessions: String(alert.lostSessions ?? ""),
          nodes: (content?.nodes ?? [])
            .filter(({ involved }) => involved)
            .map(({ name }) => name)
            .join(", "),
        },
      },
      headers,
    );
  },
};

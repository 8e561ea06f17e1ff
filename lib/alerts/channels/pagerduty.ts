import type { z } from "zod";
import type { channelSettings } from "@/lib/schemas/alert-channels";
import { type ChannelKindOf, jsonCall } from "./channel";

const actions = { firing: "trigger", acknowledged: "acknowledge", resolved: "resolve" } as const;

/** PagerDuty's Events API v2; the alert's id is the key under which it is one incident there. */
export const pagerduty: ChannelKindOf<z.infer<typeof channelSettings.pagerduty>> = {
  keepsIncidents: true,
  review: null,
  // Nobody is to be woken for what is over.
  hears: (_, foundOver) => !foundOver,
  call: (notice, { url, routingKey }) => {
    const { alert, content, word } = notice;
    const where = alert.pool === null ? "" : ` in ${alert.pool}`;
    const event = {
      routing_key: routingKey,
      event_action: actions[word],
      dedup_key: `hopwatch-${alert.id}`,
    };
    if (word !== "firing") return jsonCall(url, event);
    return jsonCall(url, {
      ...event,
      client: "Hopwatch",
      client_url: notice.url,
      payload: {
        // At most 1024 characters.
        summary: `${alert.title}${where}. ${content?.summary ?? ""}`.trim().slice(0, 1024),
        source: alert.pool ?? alert.subject,
        severity: alert.severity,
        timestamp: alert.since,
        component: alert.pool ?? undefined,
        class: alert.cause ?? alert.subject,
        custom_details: {
          rules: alert.rules.map(({ name, value }) => `${name} (${value})`),
          affectedSessions: alert.affectedSessions,
          lostSessions: alert.lostSessions,
          causes: content?.causes,
        },
      },
      links: [{ href: notice.url, text: "Open in Hopwatch" }],
    });
  },
};

import type { z } from "zod";
import type { channelSettings } from "@/lib/schemas/alert-channels";
import { type ChannelKindOf, jsonCall } from "./channel";

/**
 * How long Alertmanager takes an alert to go on that it hears nothing more of.
 * Its own `resolve_timeout` of five minutes would end it too early.
 */
const standsMs = 24 * 3_600_000;

/** Alertmanager's API v2 (`POST /api/v2/alerts`); `url` is its address. */
export const alertmanager: ChannelKindOf<z.infer<typeof channelSettings.alertmanager>> = {
  keepsIncidents: true,
  review: null,
  hears: (word, foundOver) => !foundOver && word !== "acknowledged",
  call: (notice, { url, bearer }) => {
    const { alert, content, word } = notice;
    // Alertmanager knows an alert by its labels: its end has those of its beginning, whatever is known of it by then.
    const { title, severity, subject } = notice.first ?? alert;
    const labels: Record<string, string> = {
      alertname: title,
      hopwatch_alert: alert.id,
      severity,
      subject,
      ...(alert.pool === null ? {} : { pool: alert.pool }),
    };
    const end = word === "resolved" ? (alert.resolvedAt ?? notice.at) : null;
    return jsonCall(
      `${url.replace(/\/+$/, "")}/api/v2/alerts`,
      [
        {
          labels,
          annotations: {
            summary: content?.summary ?? alert.title,
            rules: alert.rules.map(({ name }) => name).join("; "),
          },
          startsAt: alert.since,
          endsAt: end ?? new Date(Date.parse(notice.at) + standsMs).toISOString(),
          generatorURL: notice.url,
        },
      ],
      bearer === "" ? {} : { authorization: `Bearer ${bearer}` },
    );
  },
};

import { z } from "zod";
import type { Word } from "@/lib/domain/alerts/announcements";
import { severitySchema } from "@/lib/schemas/alert";
import {
  type Channel,
  type ChannelKind,
  channelKinds,
  channelSettings,
} from "@/lib/schemas/alerts";
import type { ChannelRow } from "@/lib/store/alerts/rows";
import { alertmanager } from "./alertmanager";
import type { HttpCall, Notice } from "./channel";
import { pagerduty } from "./pagerduty";
import { slack } from "./slack";
import { webhook } from "./webhook";

/** A channel with its secrets, ready to be told. */
export interface ReadyChannel {
  name: string;
  kind: ChannelKind;
  enabled: boolean;
  severities: Channel["severities"];
  hears: (word: Word, foundOver: boolean) => boolean;
  call: (notice: Notice) => HttpCall;
}

/** @throws {ZodError} when the settings are not those of the kind. */
export function readyChannel(
  name: string,
  kind: ChannelKind,
  settings: unknown,
  more: { enabled: boolean; severities: Channel["severities"] } = {
    enabled: true,
    severities: null,
  },
): ReadyChannel {
  const base = { name, kind, ...more };
  switch (kind) {
    case "webhook": {
      const own = channelSettings.webhook.parse(settings);
      return { ...base, hears: webhook.hears, call: (notice) => webhook.call(notice, own) };
    }
    case "slack": {
      const own = channelSettings.slack.parse(settings);
      return { ...base, hears: slack.hears, call: (notice) => slack.call(notice, own) };
    }
    case "pagerduty": {
      const own = channelSettings.pagerduty.parse(settings);
      return { ...base, hears: pagerduty.hears, call: (notice) => pagerduty.call(notice, own) };
    }
    case "alertmanager": {
      const own = channelSettings.alertmanager.parse(settings);
      return {
        ...base,
        hears: alertmanager.hears,
        call: (notice) => alertmanager.call(notice, own),
      };
    }
  }
}

const severitiesSchema = z.array(severitySchema).nullable();

export function channelOf(row: ChannelRow): ReadyChannel {
  return readyChannel(row.name, z.enum(channelKinds).parse(row.kind), row.settings, {
    enabled: row.enabled,
    severities: severitiesSchema.parse(row.severities),
  });
}

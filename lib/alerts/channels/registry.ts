import { z } from "zod";
import type { Word } from "@/lib/domain/alerts/announcements";
import { severitySchema } from "@/lib/schemas/alert";
import {
  type Channel,
  type ChannelKind,
  channelKinds,
  channelSettings,
  quietHoursSchema,
  routeSchema,
} from "@/lib/schemas/alert-channels";
import type { ChannelRow } from "@/lib/store/alerts/rows";
import type { ReviewNotice } from "../review-notice";
import { alertmanager } from "./alertmanager";
import type { Call, ChannelKindOf, Notice } from "./channel";
import { email } from "./email";
import { opsgenie } from "./opsgenie";
import { pagerduty } from "./pagerduty";
import { slack } from "./slack";
import { teams } from "./teams";
import { webhook } from "./webhook";

/** Whom a channel is for, and when. */
export type Reach = Pick<Channel, "enabled" | "severities" | "route" | "quietHours">;

/** A channel with its secrets, ready to be told. */
export interface ReadyChannel extends Reach {
  name: string;
  kind: ChannelKind;
  keepsIncidents: boolean;
  hears: (word: Word, foundOver: boolean) => boolean;
  call: (notice: Notice) => Call;
  /** Null where it takes no weekly reviews. */
  review: ((review: ReviewNotice) => Call) | null;
}

const everyAlert: Reach = { enabled: true, severities: null, route: null, quietHours: null };

/** A kind with its settings: what it is told is made with them. */
function bound<Schema extends z.ZodType>(
  kind: ChannelKindOf<z.output<Schema>>,
  schema: Schema,
  settings: unknown,
): Pick<ReadyChannel, "hears" | "keepsIncidents" | "call" | "review"> {
  const own = schema.parse(settings);
  const { hears, keepsIncidents, review } = kind;
  return {
    hears,
    keepsIncidents,
    call: (notice) => kind.call(notice, own),
    review: review === null ? null : (told) => review(told, own),
  };
}

function ofKind(kind: ChannelKind, settings: unknown) {
  switch (kind) {
    case "webhook":
      return bound(webhook, channelSettings.webhook, settings);
    case "slack":
      return bound(slack, channelSettings.slack, settings);
    case "pagerduty":
      return bound(pagerduty, channelSettings.pagerduty, settings);
    case "alertmanager":
      return bound(alertmanager, channelSettings.alertmanager, settings);
    case "opsgenie":
      return bound(opsgenie, channelSettings.opsgenie, settings);
    case "teams":
      return bound(teams, channelSettings.teams, settings);
    case "email":
      return bound(email, channelSettings.email, settings);
  }
}

/** @throws {ZodError} when the settings are not those of the kind. */
export function readyChannel(
  name: string,
  kind: ChannelKind,
  settings: unknown,
  reach: Reach = everyAlert,
): ReadyChannel {
  return { name, kind, ...reach, ...ofKind(kind, settings) };
}

const severitiesSchema = z.array(severitySchema).nullable();

export function channelOf(row: ChannelRow): ReadyChannel {
  return readyChannel(row.name, z.enum(channelKinds).parse(row.kind), row.settings, {
    enabled: row.enabled,
    severities: severitiesSchema.parse(row.severities),
    route: routeSchema.nullable().parse(row.route),
    quietHours: quietHoursSchema.nullable().parse(row.quietHours),
  });
}

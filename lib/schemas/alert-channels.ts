import { z } from "zod";
import { isTimeZone } from "@/lib/domain/alerts/quiet-hours";
import { severitySchema } from "./alert";
import { instant, listOf } from "./common";

const httpUrl = z.url({ protocol: /^https?$/ }).max(2000);
const address = z
  .string()
  .trim()
  .max(320)
  .regex(/^[^\s@<>,;]+@[^\s@<>,;]+$/, "an e-mail address");

/** Addresses with commas between, as they stand in a To line. */
const addresses = z
  .string()
  .max(4000)
  .refine((text) => {
    const all = text.split(",").map((part) => part.trim());
    return all.every((part) => address.safeParse(part).success);
  }, "e-mail addresses, with commas between");

/** Settings by kind, as they are typed; what is in `secretFields` is never told again. */
export const channelSettings = {
  webhook: z.object({ url: httpUrl, secret: z.string().min(8).max(500) }).strict(),
  slack: z.object({ url: httpUrl }).strict(),
  pagerduty: z
    .object({
      routingKey: z.string().min(8).max(200),
      url: httpUrl.default("https://events.pagerduty.com/v2/enqueue"),
    })
    .strict(),
  alertmanager: z.object({ url: httpUrl, bearer: z.string().max(2000).default("") }).strict(),
  opsgenie: z
    .object({
      apiKey: z.string().min(8).max(200),
      url: httpUrl.default("https://api.opsgenie.com"),
    })
    .strict(),
  teams: z.object({ url: httpUrl }).strict(),
  email: z
    .object({
      host: z.string().trim().min(1).max(255),
      port: z.coerce.number().int().min(1).max(65_535).default(587),
      security: z.enum(["starttls", "tls", "none"]).default("starttls"),
      user: z.string().max(320).default(""),
      password: z.string().max(1000).default(""),
      from: address,
      to: addresses,
    })
    .strict(),
} as const;
export type ChannelKind = keyof typeof channelSettings;
export const channelKinds = [
  "webhook",
  "slack",
  "teams",
  "email",
  "pagerduty",
  "opsgenie",
  "alertmanager",
] as const satisfies readonly ChannelKind[];

export const secretFields: Record<ChannelKind, readonly string[]> = {
  webhook: ["secret"],
  slack: ["url"],
  pagerduty: ["routingKey"],
  alertmanager: ["bearer"],
  opsgenie: ["apiKey"],
  teams: ["url"],
  email: ["password"],
};

export const channelNameSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
    "letters, digits, dot, dash and underscore; at most 100",
  );

const patterns = z.array(z.string().trim().min(1).max(200)).min(1).max(50).nullish();

/** Which alerts a channel is told of: every label that is given has to fit one of its patterns; `*` stands for anything. */
export const routeSchema = z
  .object({
    pool: patterns,
    cause: patterns,
    class: patterns,
    balancer: patterns,
    node: patterns,
    rule: patterns,
    source: patterns,
  })
  .strict();

const clock = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, "a time of day, such as 22:00");

export const quietHoursSchema = z
  .object({
    timezone: z.string().max(100).refine(isTimeZone, "a time zone, such as Europe/Berlin"),
    /** Days on which they begin, Monday is 1 and Sunday 7. */
    days: z.array(z.number().int().min(1).max(7)).min(1).max(7),
    from: clock,
    /** An earlier time than `from`: on the next day; the same time: a whole day. */
    to: clock,
    criticalPasses: z.boolean().default(true),
  })
  .strict();

export const channelInputSchema = z
  .object({
    kind: z.enum(channelKinds),
    enabled: z.boolean().default(true),
    /** Which alerts it is told of; null: all. */
    severities: z.array(severitySchema).min(1).nullable().default(null),
    route: routeSchema.nullable().default(null),
    /** While they last words are held back; null: never. */
    quietHours: quietHoursSchema.nullable().default(null),
    /** A secret that is left out, or null, stays as it was. */
    settings: z.record(z.string(), z.string().nullable()),
  })
  .strict();

export const channelSchema = z.object({
  name: z.string(),
  kind: z.enum(channelKinds),
  enabled: z.boolean(),
  severities: z.array(severitySchema).nullable(),
  route: routeSchema.nullable(),
  quietHours: quietHoursSchema.nullable(),
  /** Secrets are null. */
  settings: z.record(z.string(), z.string().nullable()),
});
export type Channel = z.infer<typeof channelSchema>;
export const channelListSchema = listOf(channelSchema);

export const testOutcomeSchema = z.object({ ok: z.boolean(), answer: z.string() });

export const deliverySchema = z.object({
  id: z.string(),
  channel: z.string(),
  word: z.enum(["firing", "acknowledged", "resolved"]),
  /** `skipped`: it was over before the quiet hours were. */
  state: z.enum(["waiting", "sent", "failed", "skipped"]),
  attempts: z.number().int(),
  createdAt: instant,
  sentAt: instant.nullable(),
  nextAt: instant.nullable(),
  /** What the receiver said last. */
  answer: z.string().nullable(),
});

/** What a channel was told lately, the newest first. */
export const deliveryListSchema = listOf(
  deliverySchema.extend({ alertId: z.string(), title: z.string(), pool: z.string().nullable() }),
);
export type DeliveryList = z.infer<typeof deliveryListSchema>;

import { z } from "zod";
import { causeSchema, classSchema, flag, instant, pageQuery, poolRangeQuery } from "./common";

/* What the lists of sessions, bounces and losses are asked for. */

/**
 * Finds by what cannot be a credential: the public ids of sessions (from 4 digits on, several apart by spaces), a
 * client's address or network, a part of the name of a node or a balancer, or the beginning of a path, which starts
 * with `/` (`*` stands for anything). A raw session ID belongs into `POST /sessions/lookup`.
 */
const sought = z.string().max(1000).optional();

const sessionFilters = {
  cause: causeSchema.optional(),
  node: z.string().optional(),
  lb: z.string().optional(),
  client: z.string().optional(),
  lost: flag.optional(),
  pingPong: flag.optional(),
  bounced: flag.optional(),
  q: sought,
};
export const sessionSorts = ["worst", "latest", "lost", "requests"] as const;
export const sessionsQuery = poolRangeQuery.extend(pageQuery.shape).extend({
  ...sessionFilters,
  sort: z.enum(sessionSorts).default("worst"),
});

/** By time; `latest` is the newest first. */
export const timeOrders = ["latest", "oldest"] as const;

const bounceFilters = {
  cause: causeSchema.optional(),
  class: classSchema.optional(),
  /** The node left or the node reached. */
  node: z.string().optional(),
  fromNode: z.string().optional(),
  toNode: z.string().optional(),
  session: z.string().optional(),
  lb: z.string().optional(),
  /** Only those of sessions that were lost. */
  lost: flag.optional(),
  /** As for sessions; or the correlation ID of the request, whole. */
  q: sought,
};
export const bouncesQuery = poolRangeQuery.extend(pageQuery.shape).extend({
  ...bounceFilters,
  sort: z.enum(timeOrders).default("latest"),
});

export const lossKinds = ["routing", "storage", "client", "unproved"] as const;
export const lossesQuery = poolRangeQuery.extend(pageQuery.shape).extend({
  session: z.string().optional(),
  node: z.string().optional(),
  lostTo: z.enum(lossKinds).optional(),
  q: sought,
  sort: z.enum(timeOrders).default("latest"),
});

/* Bounces counted by something */

export const bounceGroupings = ["lb", "cause", "from", "to", "move", "pool"] as const;
export type BounceGrouping = (typeof bounceGroupings)[number];
export const bounceGroupsQuery = poolRangeQuery.extend({
  ...bounceFilters,
  by: z.enum(bounceGroupings),
});
export const bounceGroupsSchema = z.object({
  by: z.enum(bounceGroupings),
  /** Most bounces first, at most 500. */
  items: z.array(
    z.object({
      /** What the group has in common: a name or a cause; for `move` the node left. */
      key: z.string(),
      /** For `move` the node reached. */
      to: z.string().nullable(),
      bounces: z.number().int(),
      unexplained: z.number().int(),
      sessions: z.number().int(),
      first: instant,
      last: instant,
    }),
  ),
});
export type BounceGroups = z.infer<typeof bounceGroupsSchema>;

/* Whole lists as files */

export const listFormats = ["json", "csv"] as const;
export type ListFormat = (typeof listFormats)[number];
const fileQuery = {
  format: z.enum(listFormats).optional(),
  /** The columns of a CSV, apart by commas; all without it. */
  columns: z.string().max(1000).optional(),
};
const whole = { limit: true, cursor: true } as const;
export const sessionsFileQuery = sessionsQuery.omit(whole).extend(fileQuery);
export const bouncesFileQuery = bouncesQuery.omit(whole).extend(fileQuery);
export const lossesFileQuery = lossesQuery.omit(whole).extend(fileQuery);

import { createLoader, parseAsBoolean, parseAsString, parseAsStringLiteral } from "nuqs/server";
import type { RangeParams } from "@/lib/browser/page-params";
import type { BouncesParams } from "@/lib/browser/queries/bounces";
import type { LossesParams } from "@/lib/browser/queries/losses";
import type { SessionsParams } from "@/lib/browser/queries/sessions";
import { causes } from "@/lib/domain/causes";
import { sessionSorts } from "@/lib/schemas/results";

export const sessionTabs = ["sessions", "bounces", "lost"] as const;
export type SessionTab = (typeof sessionTabs)[number];

/** What the lists of sessions, bounces and losses keep in the URL, beside range and pool. */
export const sessionParams = {
  tab: parseAsStringLiteral(sessionTabs).withDefault("sessions"),
  cause: parseAsStringLiteral(causes),
  node: parseAsString,
  client: parseAsString,
  lost: parseAsBoolean.withDefault(false),
  pingPong: parseAsBoolean.withDefault(false),
  bounced: parseAsBoolean.withDefault(false),
  q: parseAsString,
  sort: parseAsStringLiteral(sessionSorts).withDefault("worst"),
  /** The id of the bounce or the loss whose evidence is open. */
  open: parseAsString,
};

export const loadSessionParams = createLoader(sessionParams);
export type SessionUrl = Awaited<ReturnType<typeof loadSessionParams>>;

const pageSize = 100;

/** The URL as a question for sessions; the same on the server and in the browser, so that what was fetched there is found here. */
export function sessionsAsked(range: RangeParams, url: SessionUrl): SessionsParams {
  return {
    ...range,
    sort: url.sort,
    limit: pageSize,
    ...(url.cause ? { cause: url.cause } : {}),
    ...(url.node ? { node: url.node } : {}),
    ...(url.client ? { client: url.client } : {}),
    ...(url.lost ? { lost: true } : {}),
    ...(url.pingPong ? { pingPong: true } : {}),
    ...(url.bounced ? { bounced: true } : {}),
    ...(url.q ? { q: url.q } : {}),
  };
}

export function bouncesAsked(range: RangeParams, url: SessionUrl): BouncesParams {
  return {
    ...range,
    limit: pageSize,
    ...(url.cause ? { cause: url.cause } : {}),
    ...(url.node ? { node: url.node } : {}),
  };
}

export function lossesAsked(range: RangeParams): LossesParams {
  return { ...range, limit: pageSize };
}

import {
  createLoader,
  parseAsArrayOf,
  parseAsBoolean,
  parseAsString,
  parseAsStringLiteral,
} from "nuqs/server";
import type { Params } from "@/lib/browser/ask";
import type { RangeParams } from "@/lib/browser/page-params";
import type { BouncesParams } from "@/lib/browser/queries/bounces";
import type { LossesParams } from "@/lib/browser/queries/losses";
import type { SessionsParams } from "@/lib/browser/queries/sessions";
import { causes } from "@/lib/domain/causes";
import { bounceGroupings, lossKinds, timeOrders } from "@/lib/schemas/lists";
import { sessionSorts } from "@/lib/schemas/results";

export const sessionTabs = ["sessions", "bounces", "lost"] as const;
export type SessionTab = (typeof sessionTabs)[number];

/** What the lists of sessions, bounces and losses keep in the URL, beside range and pool. */
export const sessionParams = {
  tab: parseAsStringLiteral(sessionTabs).withDefault("sessions"),
  cause: parseAsStringLiteral(causes),
  node: parseAsString,
  /** The node left, the node reached. */
  left: parseAsString,
  reached: parseAsString,
  lb: parseAsString,
  client: parseAsString,
  lost: parseAsBoolean.withDefault(false),
  lostTo: parseAsStringLiteral(lossKinds),
  pingPong: parseAsBoolean.withDefault(false),
  bounced: parseAsBoolean.withDefault(false),
  q: parseAsString,
  sort: parseAsStringLiteral(sessionSorts).withDefault("worst"),
  order: parseAsStringLiteral(timeOrders).withDefault("latest"),
  group: parseAsStringLiteral(bounceGroupings),
  /** The columns that the reader chose; absent: those that the list comes with. */
  cols: parseAsArrayOf(parseAsString),
  /** The id of the bounce or the loss whose evidence is open. */
  open: parseAsString,
};

export const loadSessionParams = createLoader(sessionParams);
export type SessionUrl = Awaited<ReturnType<typeof loadSessionParams>>;

const pageSize = 100;

/** Only what has a value, as a query string would hold it. */
function given<Filters extends Record<string, string | boolean | null>>(filters: Filters) {
  const kept: { [Name in keyof Filters]?: Exclude<Filters[Name], null | false | undefined> } = {};
  for (const name in filters) {
    const value = filters[name];
    if (isGiven(value)) kept[name] = value;
  }
  return kept;
}

function isGiven<Value>(value: Value): value is Exclude<Value, null | false | undefined> {
  return value !== null && value !== false && value !== undefined && value !== "";
}

function sessionFilters({ cause, node, lb, client, lost, pingPong, bounced, q }: SessionUrl) {
  return given({ cause, node, lb, client, lost, pingPong, bounced, q });
}

function bounceFilters({ cause, node, left, reached, lb, lost, q }: SessionUrl) {
  return given({ cause, node, fromNode: left, toNode: reached, lb, lost, q });
}

function lossFilters({ node, lostTo, q }: SessionUrl) {
  return given({ node, lostTo, q });
}

/** The URL as a question for sessions; the same on the server and in the browser, so that what was fetched there is found here. */
export function sessionsAsked(range: RangeParams, url: SessionUrl): SessionsParams {
  return { ...range, sort: url.sort, limit: pageSize, ...sessionFilters(url) };
}

export function bouncesAsked(range: RangeParams, url: SessionUrl): BouncesParams {
  return { ...range, sort: url.order, limit: pageSize, ...bounceFilters(url) };
}

/** The bounces of the URL, to be counted. */
export function groupsAsked(range: RangeParams, url: SessionUrl): BouncesParams {
  return { ...range, ...bounceFilters(url) };
}

export function lossesAsked(range: RangeParams, url: SessionUrl): LossesParams {
  return { ...range, sort: url.order, limit: pageSize, ...lossFilters(url) };
}

/** The list of the URL as a file: its path and its parameters. */
export function fileAsked(range: RangeParams, url: SessionUrl): { path: string; params: Params } {
  switch (url.tab) {
    case "sessions": {
      const { limit, ...params } = sessionsAsked(range, url);
      return { path: "/sessions/export", params };
    }
    case "bounces": {
      const { limit, ...params } = bouncesAsked(range, url);
      return { path: "/bounces/export", params };
    }
    case "lost": {
      const { limit, ...params } = lossesAsked(range, url);
      return { path: "/losses/export", params };
    }
  }
}

/** No filter at all; columns, order and tab stay. */
export const noFilters = {
  cause: null,
  node: null,
  left: null,
  reached: null,
  lb: null,
  client: null,
  lost: null,
  lostTo: null,
  pingPong: null,
  bounced: null,
  q: null,
};

/** Whether anything keeps rows from the tab's list. */
export function isFiltered(url: SessionUrl): boolean {
  const filters = { sessions: sessionFilters, bounces: bounceFilters, lost: lossFilters }[url.tab];
  return Object.keys(filters(url)).length > 0;
}

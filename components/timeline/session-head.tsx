"use client";

import type { ReactNode } from "react";
import { memo } from "react";
import { CopyButton } from "@/components/ui/copy-button";
import Link from "@/components/ui/link";
import { Tag } from "@/components/ui/tag";
import { Time } from "@/components/ui/time";
import { useNow } from "@/lib/browser/clock";
import { useCarriedHref } from "@/lib/browser/page-state";
import { useZone } from "@/lib/browser/zone";
import type { Timeline } from "@/lib/schemas/results";
import { countOf } from "@/lib/view/numbers";
import type { TimelineModel } from "@/lib/view/timeline";
import { type Phrase, timelineVerdict } from "@/lib/view/timeline-verdict";
import { isSameDay, zoneName } from "@/lib/view/times";

/** After this long without a request a session counts as ended on its page. */
const quietMs = 10 * 60_000;

/** Which session this is, what became of it in a sentence, and where to go from it. */
export const SessionHead = memo(function SessionHead({
  timeline,
  model,
  actions,
  frozenAt = null,
}: {
  timeline: Timeline;
  model: TimelineModel;
  actions: ReactNode;
  /** When a snapshot was taken; null for the living session. */
  frozenAt?: string | null;
}) {
  const { session, before, after } = timeline;
  const href = useCarriedHref();
  const now = useNow();
  const link = (id: string) => href(`/sessions/${id}`, { from: null, to: null });
  const moment = frozenAt === null ? now : Date.parse(frozenAt);
  const ended = moment - Date.parse(session.lastSeen) > quietMs;
  // An end without its day would seem to lie before the beginning.
  const { zone } = useZone();
  const day = isSameDay(session.firstSeen, session.lastSeen, zone) ? "auto" : "always";
  const agent = model.steps.find((step) => step.request.userAgent !== null)?.request.userAgent;
  const cookies = [...new Set(model.steps.map((step) => step.lane))].length;
  return (
    <section className="tl-head" aria-label="Session">
      <div className="min-w-0 flex-1">
        <div className="tl-title">
          <Link href={href("/sessions", { from: null, to: null })} className="text-16 text-fg-2">
            Sessions
          </Link>
          <span className="text-16 text-fg-3" aria-hidden="true">
            /
          </span>
          <h1 className="mono tl-id" title={session.id}>
            {session.id.slice(0, 12)}
          </h1>
          <CopyButton text={session.id} label="Copy id" />
          {session.lost > 0 && (
            <Tag tone="bad">{`Lost ${session.lost === 1 ? "once" : countOf(session.lost, "time")}`}</Tag>
          )}
          <Tag>{countOf(session.bounces, "bounce")}</Tag>
          {session.pingPong && <Tag>ping-pong</Tag>}
          {ended ? (
            <Tag>
              Ended <Time at={session.lastSeen} />
            </Tag>
          ) : (
            <Tag tone="accent">Active</Tag>
          )}
        </div>
        <p className="tl-verdict">
          <Sentence phrases={timelineVerdict(timeline)} />
        </p>
        <div className="tl-meta">
          <span>
            Pool <b>{session.pool}</b>
          </span>
          {session.lbs.length > 0 && (
            <span>
              LB <b>{session.lbs.join(", ")}</b>
            </span>
          )}
          {session.client && (
            <span>
              Client <b className="mono">{session.client}</b>
            </span>
          )}
          {agent && (
            <span className="hide-s">
              Agent <b>{agentWord(agent)}</b>
            </span>
          )}
          <span>
            {`${countOf(session.requests, "request")} on ${countOf(cookies, "lane")}, `}
            <b>
              <Time at={session.firstSeen} day={day} /> to <Time at={session.lastSeen} day={day} />{" "}
              {zoneName(session.lastSeen, zone)}
            </b>
          </span>
          {before && (
            <Link className="link" href={link(before)}>
              Session before
            </Link>
          )}
          {after && (
            <Link className="link" href={link(after)}>
              Session after
            </Link>
          )}
        </div>
      </div>
      <div className="tl-actions noprint">{actions}</div>
    </section>
  );
});

export function Sentence({ phrases }: { phrases: Phrase[] }) {
  return phrases.map((phrase, index) =>
    phrase.strong ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one sentence
      <b key={index}>{phrase.text}</b>
    ) : (
      phrase.text
    ),
  );
}

/** `Firefox 132, Linux` of a user agent; else its beginning. */
function agentWord(agent: string): string {
  const browser =
    /(Firefox|Edg|OPR|Chrome|Version)\/(\d+)/.exec(agent) ??
    /^([^/\s]{1,30})\/(\S{1,12})/.exec(agent);
  if (!browser) return agent.slice(0, 40);
  const names: Record<string, string> = { Edg: "Edge", OPR: "Opera", Version: "Safari" };
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(agent)?.[1];
  const name = `${names[browser[1] ?? ""] ?? browser[1]} ${browser[2]}`;
  return system ? `${name}, ${system.replace("Mac OS X", "macOS")}` : name;
}

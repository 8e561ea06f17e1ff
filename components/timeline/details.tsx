"use client";

import { memo, type ReactNode, useMemo } from "react";
import { IconButton } from "@/components/ui/button";
import { CauseChip } from "@/components/ui/cause-chip";
import { CopyButton } from "@/components/ui/copy-button";
import { Icon } from "@/components/ui/icon";
import Link from "@/components/ui/link";
import { NodeName } from "@/components/ui/node-mark";
import { Status } from "@/components/ui/table";
import { Tag } from "@/components/ui/tag";
import { classOf } from "@/lib/domain/causes";
import type { Bounce, Loss, TimelineRequest } from "@/lib/schemas/results";
import { formatBytes, formatDuration } from "@/lib/view/numbers";
import { type Hop, hopTitle, type Step, type TimelineModel } from "@/lib/view/timeline";
import { cookieStateWords } from "@/lib/view/timeline-cookie";
import { confidenceWord, hopStory } from "@/lib/view/timeline-story";
import { formatClock, formatUtc } from "@/lib/view/times";
import { EventMark, eventWord } from "./glyphs";
import { NextSteps, RuledOutList } from "./next-steps";

type OrdinalOf = (node: string) => number | null;

/** All that is known of the selected request: its hop with the proof, its loss, its fields. */
export const Details = memo(function Details({
  model,
  step,
  zone,
  onStep,
}: {
  model: TimelineModel;
  step: Step;
  zone: string;
  onStep: (by: 1 | -1) => void;
}) {
  const ordinalOf = useMemo(() => {
    const ordinals = new Map(model.lanes.map((lane) => [lane.node, lane.ordinal]));
    return (node: string) => ordinals.get(node) ?? null;
  }, [model.lanes]);
  const { hop, request } = step;
  return (
    <>
      <div className="tl-detail-head">
        <span className="font-semibold text-12 text-accent">
          {hop ? hopTitle(hop, model.hops) : `Request ${step.index + 1} of ${model.steps.length}`}
        </span>
        <span className="text-12 text-fg-2" title={formatUtc(step.start)}>
          {formatClock(step.start, zone, "millisecond")}
        </span>
        <span className="ml-auto flex gap-1">
          <IconButton icon="chevron-left" label="Previous bounce (k)" onClick={() => onStep(-1)} />
          <IconButton icon="chevron-right" label="Next bounce (j)" onClick={() => onStep(1)} />
        </span>
      </div>
      {hop ? (
        <HopPart
          key={hop.bounce.id}
          model={model}
          hop={hop}
          step={step}
          zone={zone}
          ordinalOf={ordinalOf}
        />
      ) : (
        <h2 className="tl-detail-title">
          <span className="text-fg-2">{request.method} </span>
          <span className="break-all">{request.path ?? "Request"}</span>
        </h2>
      )}
      {step.loss && <LossPart loss={step.loss} />}
      <RequestPart step={step} zone={zone} ordinalOf={ordinalOf} />
    </>
  );
});

function HopPart({
  model,
  hop,
  step,
  zone,
  ordinalOf,
}: {
  model: TimelineModel;
  hop: Hop;
  step: Step;
  zone: string;
  ordinalOf: OrdinalOf;
}) {
  const { bounce } = hop;
  return (
    <>
      <h2 className="tl-detail-title">
        {hop.number === null ? "Why did this come back?" : "Why did this hop?"}
      </h2>
      <p className="flex flex-wrap items-center gap-2">
        <NodeName name={bounce.from} ordinal={ordinalOf(bounce.from)} />
        <Icon name="arrow-right" size={13} />
        <span className="vh">to</span>
        <NodeName name={bounce.to} ordinal={ordinalOf(bounce.to)} />
        <span className="ml-auto">
          {hop.loss ? (
            <Tag tone="bad">{hop.loss.lostTo ? `Lost to ${hop.loss.lostTo}` : "Lost"}</Tag>
          ) : (
            <Tag>Not lost</Tag>
          )}
        </span>
      </p>
      <CauseLine bounce={bounce} />
      <p className="tl-story">
        {hopStory(hop, step).map((phrase, index) =>
          phrase.strong ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one sentence
            <b key={index}>{phrase.text}</b>
          ) : (
            phrase.text
          ),
        )}
      </p>
      <Proof evidence={bounce.evidence} />
      {bounce.cause === "unknown" && (
        <p className="pt-2 text-12">
          <Link className="link" href="/sources">
            What each log can prove
          </Link>
        </p>
      )}
      <NextSteps model={model} hop={hop} step={step} />
      <RuledOutList model={model} hop={hop} step={step} zone={zone} />
    </>
  );
}

/** The cause, its class and how sure, as a row of ten bars. */
export function CauseLine({ bounce }: { bounce: Pick<Bounce, "cause" | "confidence"> }) {
  const percent = Math.round(bounce.confidence * 100);
  return (
    <div className="tl-cause">
      <b className="text-14">
        <CauseChip cause={bounce.cause} />
      </b>
      <span className="text-12 text-fg-3">{classOf(bounce.cause)}</span>
      <span className="ml-auto flex items-center gap-2">
        <Confidence confidence={bounce.confidence} />
        <span className="text-12">
          <b>{`${percent}%`}</b>{" "}
          <span className="text-fg-2">{confidenceWord(bounce.confidence)}</span>
        </span>
      </span>
    </div>
  );
}

/** Ten small bars. */
export function Confidence({ confidence }: { confidence: number }) {
  const full = Math.round(confidence * 10);
  return (
    <span className="tl-confidence" aria-hidden="true">
      {Array.from({ length: 10 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: ten bars that never move
        <i key={index} className={index < full ? "on" : ""} />
      ))}
    </span>
  );
}

/** Field, value and what it means; the log's own words. */
export function Proof({ evidence }: { evidence: Bounce["evidence"] }) {
  if (evidence.length === 0) return null;
  return (
    <>
      <h3 className="tl-subhead">Proof</h3>
      <dl className="tl-proof">
        {evidence.map((fact, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same field may prove twice
          <div key={index}>
            <dt className="mono">{breakable(fact.field)}</dt>
            <dd>
              <span className="mono value">{fact.value}</span>
              <span>{fact.meaning}</span>
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** A field's name may break after its dots, before it breaks within a word. */
function breakable(name: string): ReactNode {
  const [first, ...rest] = name.split(".");
  return rest.length === 0 ? (
    name
  ) : (
    <>
      {first}.<wbr />
      {rest.join(".")}
    </>
  );
}

function LossPart({ loss }: { loss: Loss }) {
  return (
    <section className="tl-loss" aria-label="Loss">
      <p className="flex items-center gap-2">
        <EventMark type="session.missing" size={14} />
        <b>{loss.lostTo ? `The session was lost to ${loss.lostTo}` : "The session was lost"}</b>
      </p>
      <Proof evidence={loss.evidence} />
    </section>
  );
}

function RequestPart({
  step,
  zone,
  ordinalOf,
}: {
  step: Step;
  zone: string;
  ordinalOf: OrdinalOf;
}) {
  const { request, events } = step;
  return (
    <>
      <h3 className="tl-subhead">Request</h3>
      <dl className="tl-fields">
        <Field name="request">
          <span className="mono break-all">
            {[request.method, `${request.path ?? ""}${request.query ? `?${request.query}` : ""}`]
              .filter(Boolean)
              .join(" ") || "–"}
          </span>
        </Field>
        <Field name="status">
          <Status status={request.status} />
        </Field>
        <Field name="duration">{formatDuration(request.durationMs)}</Field>
        <Field name="started">
          <span className="mono">{formatClock(step.start, zone, "millisecond")}</span>
          <span className="text-12 text-fg-3">{formatUtc(step.start)}</span>
        </Field>
        <Field name="balancer">
          {[request.lb, request.listener].filter((part) => part !== null).join(", ")}
        </Field>
        <Field name="pool">{request.pool}</Field>
        <Field name="landed on">
          {request.node === null ? (
            "no node"
          ) : (
            <NodeName name={request.node} ordinal={ordinalOf(request.node)} />
          )}
        </Field>
        <Field name="cookie named">
          {step.intended.kind === "named" ? (
            <NodeName name={step.intended.node} ordinal={ordinalOf(step.intended.node)} />
          ) : step.intended.kind === "unsent" ? (
            <span className="text-warn">not sent</span>
          ) : (
            "–"
          )}
        </Field>
        <Persistence request={request} />
        {request.termination !== null && (
          <Field name="termination">
            <span className="mono">{request.termination}</span>
          </Field>
        )}
        {request.retries !== null && (
          <Field name="retries">
            {`${request.retries}${request.redispatched ? ", redispatched" : ""}`}
          </Field>
        )}
        {request.upgrade && <Field name="upgrade">yes</Field>}
        {request.starts && <Field name="session">began with this response</Field>}
        <Field name="client">
          <span className="mono">{request.clientIp ?? "–"}</span>
        </Field>
        {request.host !== null && (
          <Field name="host">
            <span className="mono break-all">{request.host}</span>
          </Field>
        )}
        {request.protocol !== null && <Field name="protocol">{request.protocol}</Field>}
        {request.bytesOut !== null && <Field name="sent">{formatBytes(request.bytesOut)}</Field>}
        {request.userAgent !== null && (
          <Field name="agent">
            <span className="text-12 break-words">{request.userAgent}</span>
          </Field>
        )}
        {request.correlationId !== null && (
          <Field name="correlation">
            <span className="mono break-all">{request.correlationId}</span>
            <CopyButton text={request.correlationId} />
          </Field>
        )}
      </dl>
      <Attempts request={request} ordinalOf={ordinalOf} />
      {events.length > 0 && (
        <>
          <h3 className="tl-subhead">App session</h3>
          <ul className="tl-events">
            {events.map((event) => (
              <li key={event.id}>
                <EventMark type={event.type} />
                <span className={event.type === "session.missing" ? "text-bad" : ""}>
                  {eventWord(event.type)}
                </span>
                <span className="text-fg-2">
                  {[
                    event.reportedNode && event.reportedNode !== event.node
                      ? `${event.node ?? "unknown node"} (calls itself ${event.reportedNode})`
                      : event.node,
                    event.store,
                    event.latencyMs === null ? null : formatDuration(event.latencyMs),
                  ]
                    .filter((part) => part !== null)
                    .join(", ")}
                </span>
                <span className="ml-auto mono text-fg-3">
                  {formatClock(event.at, zone, "millisecond")}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Persistence({ request }: { request: TimelineRequest }) {
  const { presented, inserted, state } = request.persistence;
  const words = cookieStateWords(state);
  return (
    <>
      {presented !== null && (
        <Field name="presented">
          <span className="mono break-all">{presented}</span>
        </Field>
      )}
      {inserted !== null && (
        <Field name="inserted">
          <span className="mono break-all">{inserted}</span>
        </Field>
      )}
      {state !== null && (
        <Field name="cookie state">
          <span className="mono">{state}</span>
          {words && <span className="text-12 text-fg-2">{words}</span>}
        </Field>
      )}
    </>
  );
}

function Attempts({ request, ordinalOf }: { request: TimelineRequest; ordinalOf: OrdinalOf }) {
  if (request.attempts.length < 2) return null;
  return (
    <>
      <h3 className="tl-subhead">Attempts</h3>
      <ol className="tl-events">
        {request.attempts.map((attempt, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the order is what tells attempts apart
          <li key={index}>
            <span className="text-fg-3">{index + 1}</span>
            <NodeName name={attempt.node} ordinal={ordinalOf(attempt.node)} />
            <span className="ml-auto flex gap-3">
              <Status status={attempt.status} />
              <span className="text-fg-2">{formatDuration(attempt.durationMs)}</span>
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}

function Field({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

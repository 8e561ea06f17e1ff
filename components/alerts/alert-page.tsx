"use client";

import "./alerts.css";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "@/components/ui/link";
import { AskError } from "@/lib/browser/ask";
import { useNow } from "@/lib/browser/clock";
import { useCarriedHref } from "@/lib/browser/page-state";
import { actOnAlertOptions, alertOptions, silenceOptions } from "@/lib/browser/queries/alerts";
import { useShortcut } from "@/lib/browser/shortcuts";
import type { AlertDetail } from "@/lib/schemas/alerts";
import { formatCount, formatDuration } from "@/lib/view/numbers";
import { CopyLink } from "../shell/copy-link";
import { ZoneButton } from "../shell/zone-button";
import { Button, ButtonLink } from "../ui/button";
import { Icon } from "../ui/icon";
import { Panel } from "../ui/panel";
import { Popover, PopRow } from "../ui/popover";
import { Answer, Empty, errorText } from "../ui/states";
import { Tag } from "../ui/tag";
import { Time } from "../ui/time";
import { useToast } from "../ui/toast";
import { AlertEvidence } from "./alert-evidence";
import { AlertMark, AlertState } from "./alert-mark";
import { AlertHistory, Deliveries } from "./history";
import { Runbook } from "./runbook";

/** One alert: what happens to users, where, since when, why, and what to do. */
export function AlertPage({ id }: { id: string }) {
  const question = useQuery(alertOptions(id));
  const href = useCarriedHref();
  if (question.error instanceof AskError && question.error.status === 404)
    return (
      <Empty
        title="This alert is not known here"
        actions={
          <ButtonLink icon="alerts" href={href("/alerts")}>
            All alerts
          </ButtonLink>
        }
      >
        It may be older than what is kept, or the link is not complete.
      </Empty>
    );
  return (
    <Answer question={question} what="the alert">
      {(alert) => (
        <article className="al-page">
          <Head alert={alert} />
          <Facts alert={alert} />
          <div className="al-columns">
            <div className="min-w-0">
              <AlertEvidence alert={alert} />
            </div>
            <div className="min-w-0">
              {alert.runbook !== null && (
                <Panel title="Runbook" note={alert.content?.runbook?.name}>
                  <Runbook
                    markdown={alert.runbook}
                    balancer={alert.content?.runbook?.balancer ?? null}
                  />
                </Panel>
              )}
              <AlertHistory alert={alert} />
              <Deliveries alert={alert} />
            </div>
          </div>
        </article>
      )}
    </Answer>
  );
}

function Head({ alert }: { alert: AlertDetail }) {
  const href = useCarriedHref();
  return (
    <header className="al-head">
      <div className="al-title">
        <p className="text-12">
          <Link className="link" href={href("/alerts")}>
            Alerts
          </Link>
        </p>
        <h1 className="flex flex-wrap items-center gap-2">
          <AlertMark alert={alert} />
          {alert.title}
          <AlertState alert={alert} />
          {alert.corrected && <Tag tone="warn">Corrected</Tag>}
        </h1>
        <p className="max-w-[760px] pt-1 text-fg-2" role="status">
          {alert.correction !== null && <b>{alert.correction}. </b>}
          {alert.summary}
        </p>
      </div>
      <Actions alert={alert} />
    </header>
  );
}

const lengths = [
  { label: "30 minutes", minutes: 30 },
  { label: "1 hour", minutes: 60 },
  { label: "8 hours", minutes: 480 },
  { label: "1 day", minutes: 1440 },
];

const silenceId = "alert-silence";

function Actions({ alert }: { alert: AlertDetail }) {
  const client = useQueryClient();
  const say = useToast();
  const act = useMutation(actOnAlertOptions(client));
  const silence = useMutation(silenceOptions(client));
  const failed = (error: unknown) => say(errorText(error), "bad");
  const goesOn = alert.state !== "resolved";
  const canAcknowledge = goesOn && alert.acknowledgedAt === null;
  const acknowledge = () => {
    if (!canAcknowledge) return;
    act.mutate(
      { id: alert.id, action: "ack" },
      { onSuccess: () => say("Acknowledged."), onError: failed },
    );
  };
  useShortcut("a", "Acknowledge the alert", acknowledge);
  useShortcut("s", "Silence the alert", () => document.getElementById(silenceId)?.click());
  return (
    <div className="flex flex-wrap items-center gap-2">
      {canAcknowledge && (
        <Button look="primary" icon="check" disabled={act.isPending} onClick={acknowledge}>
          Acknowledge
        </Button>
      )}
      {goesOn && (
        <>
          <Button
            disabled={act.isPending}
            onClick={() =>
              act.mutate(
                { id: alert.id, action: "resolve" },
                { onSuccess: () => say("Closed."), onError: failed },
              )
            }
          >
            Resolve
          </Button>
          <Popover
            id={silenceId}
            end
            trigger={
              <>
                Silence
                <Icon name="chevron-down" />
              </>
            }
          >
            {(close) =>
              lengths.map(({ label, minutes }) => (
                <PopRow
                  key={label}
                  onChoose={() => {
                    close();
                    silence.mutate(
                      {
                        alertId: alert.id,
                        until: new Date(Date.now() + minutes * 60_000).toISOString(),
                      },
                      { onSuccess: () => say(`Silenced for ${label}.`), onError: failed },
                    );
                  }}
                >
                  {label}
                </PopRow>
              ))
            }
          </Popover>
        </>
      )}
      <ZoneButton />
      <CopyLink ranged={false} />
    </div>
  );
}

function Facts({ alert }: { alert: AlertDetail }) {
  const now = useNow();
  const { content } = alert;
  const until = alert.resolvedAt === null ? now : Date.parse(alert.resolvedAt);
  const length = Math.max(0, Math.round((until - Date.parse(alert.onset)) / 1000) * 1000);
  const places = (list: NonNullable<typeof content>["nodes"]) => {
    const own = list.filter(({ involved }) => involved);
    if (own.length === 0) return "none in particular";
    if (own.length === list.length && list.length > 1) return `all ${list.length}`;
    return own.map(({ name }) => name).join(", ");
  };
  return (
    <dl className="al-facts">
      <div>
        <dt>Started</dt>
        <dd>
          <Time at={alert.onset} day="always" />
        </dd>
      </div>
      <div>
        <dt>{alert.resolvedAt === null ? "Goes on for" : "Lasted"}</dt>
        <dd suppressHydrationWarning>{formatDuration(length)}</dd>
      </div>
      {alert.pool !== null && (
        <div>
          <dt>Pool</dt>
          <dd>{alert.pool}</dd>
        </div>
      )}
      {content && alert.pool !== null && (
        <>
          <div>
            <dt>Nodes</dt>
            <dd>{places(content.nodes)}</dd>
          </div>
          <div>
            <dt>Load balancers</dt>
            <dd>{places(content.lbs)}</dd>
          </div>
          <div>
            <dt>Sessions affected</dt>
            <dd>
              {formatCount(content.affectedSessions)}{" "}
              <span className="text-fg-2">of {formatCount(content.sessions)}</span>
            </dd>
          </div>
          <div>
            <dt>Lost</dt>
            <dd className={content.lostSessions > 0 ? "text-bad" : ""}>
              {formatCount(content.lostSessions)}
            </dd>
          </div>
        </>
      )}
      <div>
        <dt>{alert.rules.length === 1 ? "Rule" : "Rules"}</dt>
        <dd>{alert.rules.map(({ name }) => name).join("; ")}</dd>
      </div>
    </dl>
  );
}

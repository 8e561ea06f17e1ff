"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "@/components/ui/link";
import { useNow } from "@/lib/browser/clock";
import { useCarriedHref, usePool } from "@/lib/browser/page-state";
import { alertsOptions } from "@/lib/browser/queries/alerts";
import type { Alert } from "@/lib/schemas/alert";
import { stateWords } from "@/lib/view/alert-words";
import { formatCount, formatDuration } from "@/lib/view/numbers";
import { Answer, Empty } from "../ui/states";
import { Tag } from "../ui/tag";
import { Time } from "../ui/time";
import { AlertMark } from "./alert-mark";

const groups: Alert["state"][] = ["firing", "pending", "acknowledged", "silenced", "resolved"];

/** Every alert, those that fire first. `status` leaves out the others. */
export function AlertList({ status }: { status: Alert["state"] | null }) {
  const [pool] = usePool();
  const question = useQuery(alertsOptions(pool ? { pool } : {}));
  return (
    <Answer question={question} what="the alerts">
      {({ items }) => {
        const shown = groups.filter((state) => status === null || state === status);
        const some = items.some(({ state }) => shown.includes(state));
        if (!some)
          return (
            <Empty title={status === null ? "No alert" : `Nothing is ${status}`}>
              {status === null
                ? "No rule has found anything that is too much."
                : "Other alerts are under All."}
            </Empty>
          );
        return shown.map((state) => (
          <Group key={state} state={state} alerts={items.filter((item) => item.state === state)} />
        ));
      }}
    </Answer>
  );
}

function Group({ state, alerts }: { state: Alert["state"]; alerts: Alert[] }) {
  if (alerts.length === 0) return null;
  return (
    <section aria-label={stateWords[state]}>
      <h2 className="al-group">
        {stateWords[state]} <span className="text-fg-3">{formatCount(alerts.length)}</span>
      </h2>
      <ul>
        {alerts.map((alert) => (
          <li key={alert.id}>
            <Row alert={alert} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Row({ alert }: { alert: Alert }) {
  const href = useCarriedHref();
  const now = useNow();
  const began = Date.parse(alert.onset);
  const until = alert.resolvedAt === null ? now : Date.parse(alert.resolvedAt);
  return (
    <Link className="al-row" href={href(`/alerts/${alert.id}`)}>
      <AlertMark alert={alert} />
      <span className="min-w-0">
        <span className="flex flex-wrap items-center gap-x-2">
          <b>{alert.title}</b>
          {alert.pool !== null && <span className="text-fg-2">{alert.pool}</span>}
          {alert.corrected && <Tag tone="warn">Corrected</Tag>}
        </span>
        <span className="al-words text-12 text-fg-2">
          {alert.correction !== null && `${alert.correction}. `}
          {alert.summary ?? alert.rules.map(({ name }) => name).join("; ")}
        </span>
      </span>
      <span className="al-when text-12 text-fg-2">
        <Time at={alert.onset} />
        <span className="text-fg-3" suppressHydrationWarning>
          {alert.state === "resolved" ? "lasted " : "for "}
          {formatDuration(Math.max(0, Math.round((until - began) / 1000) * 1000))}
        </span>
      </span>
    </Link>
  );
}

"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "@/components/ui/link";
import { useNow } from "@/lib/browser/clock";
import { useCarriedHref, usePool } from "@/lib/browser/page-state";
import { alertsOptions } from "@/lib/browser/queries/alerts";
import type { Alert } from "@/lib/schemas/alert";
import { stateWords } from "@/lib/view/alert-words";
import { formatCount, formatDuration } from "@/lib/view/numbers";
import { Icon } from "../ui/icon";
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
        return shown.map((state) => {
          const alerts = items.filter((item) => item.state === state);
          if (alerts.length > 0) return <Group key={state} state={state} alerts={alerts} />;
          return state === "firing" ? <Calm key={state} items={items} /> : null;
        });
      }}
    </Answer>
  );
}

/** The place of the first alert that fires, so that it moves nothing that somebody reads. */
function Calm({ items }: { items: Alert[] }) {
  const over = items.flatMap(({ resolvedAt }) => resolvedAt ?? []).sort();
  const last = over.at(-1);
  return (
    <section aria-label={stateWords.firing}>
      <GroupTitle state="firing" count={0} />
      <p className="al-row">
        <Icon name="check" size={12} />
        <span>
          No alert fires
          <span className="block text-12 text-fg-2">
            {last === undefined ? (
              "None is over yet"
            ) : (
              <>
                The last one was over at <Time at={last} />
              </>
            )}
          </span>
        </span>
      </p>
    </section>
  );
}

function GroupTitle({ state, count }: { state: Alert["state"]; count: number }) {
  return (
    <h2 className="al-group">
      {stateWords[state]} <span className="text-fg-3">{formatCount(count)}</span>
    </h2>
  );
}

function Group({ state, alerts }: { state: Alert["state"]; alerts: Alert[] }) {
  return (
    <section aria-label={stateWords[state]}>
      <GroupTitle state={state} count={alerts.length} />
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

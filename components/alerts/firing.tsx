"use client";

import "./alerts.css";
import { useQuery } from "@tanstack/react-query";
import Link from "@/components/ui/link";
import { useCarriedHref, usePool } from "@/lib/browser/page-state";
import { alertsOptions } from "@/lib/browser/queries/alerts";
import { countOf } from "@/lib/view/numbers";
import { Icon } from "../ui/icon";
import { LongName } from "../ui/long-name";
import { Time } from "../ui/time";
import { AlertMark } from "./alert-mark";

/** How many alerts fire, of all pools; null while that is not known. */
export function useFiringCount(): number | null {
  const { data } = useQuery(alertsOptions());
  return data ? data.counts.firing : null;
}

const most = 3;

/** What fires now, above the overview. Its row is always there: an alert that begins must not move what somebody reads. */
export function FiringAlerts() {
  const [pool] = usePool();
  const { data } = useQuery(alertsOptions(pool ? { pool } : {}));
  const href = useCarriedHref();
  const firing = (data?.items ?? []).filter(({ state }) => state === "firing");
  return (
    <section className={`al-firing ${firing.length > 0 ? "some" : ""}`} aria-label="Firing alerts">
      {data && firing.length === 0 && (
        <Link href={href("/alerts")} className="text-fg-2">
          <Icon name="check" size={12} />
          No alert fires
        </Link>
      )}
      {firing.slice(0, most).map((alert) => (
        <Link key={alert.id} href={href(`/alerts/${alert.id}`)}>
          <AlertMark alert={alert} />
          <b>{alert.title}</b>
          {alert.pool !== null && (
            <span className="text-fg-2">
              <LongName name={alert.pool} />
            </span>
          )}
          {alert.affectedSessions !== null && alert.affectedSessions > 0 && (
            <span>{`${countOf(alert.affectedSessions, "session")} affected`}</span>
          )}
          <span className="text-fg-2">
            since <Time at={alert.onset} />
          </span>
        </Link>
      ))}
      {firing.length > most && (
        <Link href={href("/alerts")}>{countOf(firing.length - most, "more alert")}</Link>
      )}
    </section>
  );
}

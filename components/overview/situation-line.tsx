"use client";

import { useQuery } from "@tanstack/react-query";
import { useNow } from "@/lib/browser/clock";
import { useCarriedHref, usePool, useRange } from "@/lib/browser/page-state";
import { alertsOptions } from "@/lib/browser/queries/alerts";
import type { Overview } from "@/lib/schemas/results";
import { withPeriodBefore } from "@/lib/view/compare-windows";
import { situation } from "@/lib/view/overview-situation";
import { rangeInWords } from "@/lib/view/time-range";
import { ButtonLink } from "../ui/button";
import { Icon } from "../ui/icon";
import { Tag } from "../ui/tag";
import { Time } from "../ui/time";

/** The page in one sentence. */
export function SituationLine({ overview }: { overview: Overview }) {
  const [pool] = usePool();
  const { range } = useRange();
  const now = useNow();
  const href = useCarriedHref();
  const { data: alerts } = useQuery(alertsOptions(pool ? { pool } : {}));
  const told = situation(overview, pool, rangeInWords(range));
  if (!told) return null;
  const firing = alerts?.items.find(({ state }) => state === "firing");
  return (
    <div className={`situation ${told.bad ? "bad" : ""}`} role="status">
      {told.verdict && (
        <span className="verdict">
          <Tag tone={told.verdict.bad ? "bad" : "plain"}>
            <Icon name={told.verdict.bad ? "warning" : "check"} size={12} />
            {told.verdict.text}
          </Tag>
        </span>
      )}
      <p className="wrap-anywhere">
        {told.words.map((words, index) => {
          const key = `${index}-${words.kind}`;
          if (words.kind === "time")
            return (
              <b key={key}>
                <Time at={words.at} />
              </b>
            );
          return words.strong ? <b key={key}>{words.text}</b> : <span key={key}>{words.text}</span>;
        })}
      </p>
      <span className="situation-acts noprint">
        {firing && (
          <ButtonLink small href={href(`/alerts/${firing.id}`)}>
            Open alert
          </ButtonLink>
        )}
        <ButtonLink
          small
          href={href("/compare", { ...withPeriodBefore(range, now), from: null, to: null })}
        >
          Compare with before
        </ButtonLink>
      </span>
    </div>
  );
}

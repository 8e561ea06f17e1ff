"use client";

import "./weekly.css";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import Link from "@/components/ui/link";
import { useNow } from "@/lib/browser/clock";
import { useCarriedHref, usePool } from "@/lib/browser/page-state";
import { weeklyOptions } from "@/lib/browser/queries/weekly";
import { useShortcut } from "@/lib/browser/shortcuts";
import { weekAfter, weekNamed, weekOf } from "@/lib/domain/weeks";
import type { Weekly } from "@/lib/schemas/weekly";
import { countOf, formatDuration, formatPercent } from "@/lib/view/numbers";
import { situationOf, weekTitle } from "@/lib/view/weekly";
import { CopyLink } from "../shell/copy-link";
import { PoolMenu } from "../shell/pool-menu";
import { Button, ButtonLink } from "../ui/button";
import { Icon } from "../ui/icon";
import { MarkdownMenu } from "../ui/markdown-menu";
import { Answer, Empty, SkeletonRows } from "../ui/states";
import { ObjectiveMenu } from "./objective-menu";
import { ScheduleMenu } from "./schedule-menu";
import { WeekCauses } from "./week-causes";
import { WeekDays } from "./week-days";
import { WeekFigures } from "./week-figures";
import { WeekAffinity, WeekIncidents } from "./week-incidents";
import { WeekPlaces } from "./week-places";
import { WeekSteps } from "./week-steps";

/** Did we meet the objective, and what do we fix first? */
export function WeeklyView({ week }: { week: string }) {
  const [pool] = usePool();
  const question = useQuery(weeklyOptions({ week, ...(pool ? { pool } : {}) }));
  return (
    <>
      <section className="ctx wk-bar" aria-label="What is shown">
        <WeekShift week={week} />
        <PoolMenu />
        <ObjectiveMenu />
        <span className="flex-1" />
        <ScheduleMenu />
        <CopyLink ranged={false} />
        <MarkdownMenu path="/reports/weekly" params={{ week, pool }} />
        <Button icon="print" aria-label="Print" onClick={() => window.print()}>
          <span className="hide-m">Print</span>
        </Button>
      </section>
      <Answer
        question={question}
        what="the week"
        loading={<SkeletonRows rows={14} what="the week" />}
      >
        {(told) => <Review week={told} />}
      </Answer>
    </>
  );
}

function Review({ week }: { week: Weekly }) {
  const nothing = week.current.requests === 0 && week.current.sessions === 0;
  return (
    <article className="wk-page">
      <header className="wk-head wrap-anywhere">
        <h1>{weekTitle(week)}</h1>
        <p className="text-12 text-fg-2">
          {dateOf(week.from, 0)} to {dateOf(week.to, -1)} UTC.
          {!nothing && ` ${trafficOf(week)}`}
          {!week.complete && " The week is not over: its figures still move."}
        </p>
        <p className="wk-situation" role="status">
          {situationOf(week).map((part) =>
            part.strong ? (
              <b key={part.text} className={part.bad ? "text-bad" : undefined}>
                {part.text}
              </b>
            ) : (
              <span key={part.text}>{part.text}</span>
            ),
          )}
        </p>
      </header>
      {nothing ? (
        <Empty title="Nothing to review" actions={<ThisWeek shown={week.week} />}>
          No request and no session event of this week is known. Choose another week above.
        </Empty>
      ) : (
        <>
          <WeekFigures week={week} />
          <WeekDays week={week} />
          <WeekCauses week={week} />
          <WeekPlaces week={week} />
          <WeekIncidents week={week} />
          <WeekAffinity week={week} />
          <WeekSteps week={week} />
        </>
      )}
    </article>
  );
}

function trafficOf({ current, p95Ms, previousP95Ms }: Weekly): string {
  const was = previousP95Ms === null ? "" : `, was ${formatDuration(previousP95Ms)}`;
  return `${countOf(current.sessions, "session")}, ${countOf(current.requests, "request")}. Errors ${formatPercent(current.errorRate, 2)}, latency p95 ${formatDuration(p95Ms)}${was}.`;
}

/** Leads to the week that goes on, from any other. */
function ThisWeek({ shown }: { shown: string }) {
  const href = useCarriedHref();
  const { name } = weekOf(useNow());
  if (name === shown) return null;
  return <ButtonLink href={href(`/weekly/${name}`)}>See this week so far</ButtonLink>;
}

function dateOf(at: string, shift: number): string {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone: "UTC",
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
  }).format(Date.parse(at) + shift);
}

/** One week back, one on. */
function WeekShift({ week }: { week: string }) {
  const href = useCarriedHref();
  const router = useRouter();
  const now = useNow();
  const here = weekNamed(week);
  const before = here ? weekAfter(here, -1) : null;
  const next = here ? weekAfter(here, 1) : null;
  const begun = next !== null && next.from <= now;
  const go = (name: string | undefined) => name && router.push(href(`/weekly/${name}`));
  useShortcut("k", "The week before", () => go(before?.name));
  useShortcut("j", "The week after", () => go(begun ? next.name : undefined));
  return (
    <span className="seg wk-shift">
      {before && (
        <Link
          className="icon-btn"
          href={href(`/weekly/${before.name}`)}
          aria-label={`The week before, ${before.name}`}
          title="The week before (k)"
        >
          <Icon name="chevron-left" />
        </Link>
      )}
      <b>Week {Number(week.slice(-2))}</b>
      {next && begun ? (
        <Link
          className="icon-btn"
          href={href(`/weekly/${next.name}`)}
          aria-label={`The week after, ${next.name}`}
          title="The week after (j)"
        >
          <Icon name="chevron-right" />
        </Link>
      ) : (
        <span className="icon-btn wk-none" aria-hidden="true">
          <Icon name="chevron-right" />
        </span>
      )}
    </span>
  );
}

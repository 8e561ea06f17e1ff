"use client";

import { useQuery } from "@tanstack/react-query";
import { FiringAlerts } from "@/components/alerts/firing";
import { useBalancer, useRange, useRangeParams } from "@/lib/browser/page-state";
import { overviewOptions } from "@/lib/browser/queries/overview";
import type { Overview } from "@/lib/schemas/results";
import { epochOf } from "@/lib/view/times";
import { ContextBar } from "../shell/context-bar";
import { useDemoProgress } from "../shell/freshness";
import { Button, ButtonLink } from "../ui/button";
import { Answer, Empty, SkeletonRows } from "../ui/states";
import { Time } from "../ui/time";
import { BouncePanel } from "./bounce-panel";
import { Figures } from "./figures";
import { FirstRun } from "./first-run";
import { LatestBounces } from "./latest-bounces";
import { LiveTail } from "./live-tail";
import { NextSteps } from "./next-steps";
import { NodeUsage } from "./node-usage";
import { SituationLine } from "./situation-line";
import { SpreadPanel } from "./spread-panel";
import { TransitionPanel } from "./transition-panel";
import { WorstSessions } from "./worst-sessions";

/** Is stickiness broken now, where, since when, why? Before the first line: how to send one. */
export function OverviewBoard({
  origin,
  syslogPort,
}: {
  origin: string;
  syslogPort: number | null;
}) {
  const params = useRangeParams();
  const [lb] = useBalancer();
  const question = useQuery(overviewOptions(lb ? { ...params, lb } : params));
  const overview = question.data;
  if (overview && overview.newestAt === null && params.pool === undefined)
    return <FirstRun origin={origin} syslogPort={syslogPort} />;
  return (
    <>
      <h1 className="vh">Overview</h1>
      <ContextBar balancers />
      <FiringAlerts />
      <Answer
        question={question}
        what="the overview"
        loading={<SkeletonRows rows={12} what="the overview" />}
      >
        {(data) => (data.requests.value ? <Board overview={data} /> : <Nothing overview={data} />)}
      </Answer>
    </>
  );
}

function Board({ overview }: { overview: Overview }) {
  return (
    <>
      <SituationLine overview={overview} />
      <Figures overview={overview} />
      <div className="board-top">
        <BouncePanel overview={overview} />
        <LatestBounces />
      </div>
      <div className="board-mid">
        <div className="board-where">
          <SpreadPanel />
          <NodeUsage />
        </div>
        <NextSteps />
      </div>
      <div className="board-low">
        <TransitionPanel />
        <WorstSessions affected={overview.affectedSessions.value} />
      </div>
      <LiveTail />
    </>
  );
}

const aroundNewest = { before: 30 * 60_000, after: 60_000 };

function Nothing({ overview }: { overview: Overview }) {
  const { zoomTo } = useRange();
  const [lb, chooseLb] = useBalancer();
  const reached = useDemoProgress();
  const { newestAt } = overview;
  if (reached !== null)
    return (
      <div className="grid min-h-[50vh] place-items-center">
        <Empty title="The shop’s last hours are being read in">
          Their log lines come in order of time; those of{" "}
          <Time at={reached} precision="minute" day="always" /> are there. This page fills by
          itself.
        </Empty>
      </div>
    );
  if (lb !== null)
    return (
      <div className="grid min-h-[50vh] place-items-center">
        <Empty
          title={`No requests through ${lb} in this range`}
          actions={
            <Button look="primary" onClick={() => chooseLb(null)}>
              Show all balancers
            </Button>
          }
        >
          Its log may be silent, or other balancers carry this pool.
        </Empty>
      </div>
    );
  if (newestAt === null)
    return (
      <div className="grid min-h-[50vh] place-items-center">
        <Empty
          title="This pool has not sent a line"
          actions={<ButtonLink href="/sources">See the sources</ButtonLink>}
        >
          Choose another pool above, or look whether its source still reports.
        </Empty>
      </div>
    );
  const newest = epochOf(newestAt);
  return (
    <div className="grid min-h-[50vh] place-items-center">
      <Empty
        title="No requests in this range"
        actions={
          <>
            <Button
              look="primary"
              onClick={() => zoomTo(newest - aroundNewest.before, newest + aroundNewest.after)}
            >
              Jump to the newest data
            </Button>
            <ButtonLink href="/sources">See the sources</ButtonLink>
          </>
        }
      >
        The newest request began at <Time at={newestAt} day="always" />.
      </Empty>
    </div>
  );
}

"use client";

import Link from "@/components/ui/link";
import { useCarriedHref } from "@/lib/browser/page-state";
import type { Weekly } from "@/lib/schemas/weekly";
import { countOf, formatCount, formatFigure, formatPercent } from "@/lib/view/numbers";
import { countDelta } from "@/lib/view/weekly";
import { CauseChip } from "../ui/cause-chip";
import { ChangeMark } from "../ui/change-mark";
import { NodeName } from "../ui/node-mark";
import { Panel } from "../ui/panel";
import { Sparkline } from "../ui/sparkline";
import { Delta } from "../ui/stat";
import { Empty } from "../ui/states";
import { Heading, Table } from "../ui/table";
import { WeekMoment } from "./week-moment";

const same = { direction: "same", text: "", bad: false } as const;

/** Where it happened: pools, nodes and balancers, changes, and how even load was. */
export function WeekPlaces({ week }: { week: Weekly }) {
  return (
    <>
      <div className="wk-two">
        <Pools week={week} />
        <Imbalance week={week} />
      </div>
      <div className="wk-two">
        <Nodes week={week} />
        <Balancers week={week} />
      </div>
      <Changes week={week} />
    </>
  );
}

function Pools({ week }: { week: Weekly }) {
  const href = useCarriedHref();
  return (
    <Panel title="Pools" note="least continuous first">
      <Table
        caption="Pools"
        head={
          <>
            <Heading>Pool</Heading>
            <Heading num>Continuity</Heading>
            <Heading num>Objective</Heading>
            <Heading num>Budget left</Heading>
            <Heading num>Bounces</Heading>
            <Heading>Change</Heading>
          </>
        }
      >
        {week.pools.map(({ pool, current, previous, budget }) => (
          <tr key={pool} className="link-row">
            <td>
              <Link className="cover" href={href(`/weekly/${week.week}`, { pool })}>
                <b>{pool}</b>
              </Link>
            </td>
            <td className={`num ${budget.met === false ? "text-bad" : ""}`}>
              {formatPercent(current.continuityRate, 2)}
            </td>
            <td className="num">{formatPercent(budget.objective, 2)}</td>
            <td className={`num ${budget.left !== null && budget.left < 0 ? "text-bad" : ""}`}>
              {formatPercent(budget.left, 0)}
            </td>
            <td className="num">{formatCount(current.bounces)}</td>
            <td>
              <Delta delta={countDelta(current.bounces, previous.bounces) ?? same} />
            </td>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}

const uneven = 1.5;

function Imbalance({ week }: { week: Weekly }) {
  return (
    <Panel title="Imbalance by day" note="busiest node over the mean; 1 is even">
      <Table
        caption="Imbalance of requests over the nodes, by day"
        head={
          <>
            <Heading>Pool</Heading>
            <Heading>Mon to Sun</Heading>
            <Heading num>Highest</Heading>
            <Heading num>Week before</Heading>
          </>
        }
      >
        {week.imbalance.map(({ pool, days, previousDays }) => {
          const top = highest(days);
          return (
            <tr key={pool}>
              <td>{pool}</td>
              <td>
                <Sparkline
                  values={days}
                  previous={previousDays}
                  bad={top !== null && top > uneven}
                />
                <span className="vh">
                  {days.map((day) => day?.toFixed(2) ?? "none").join(", ")}
                </span>
              </td>
              <td className={`num ${top !== null && top > uneven ? "text-bad" : ""}`}>
                {top?.toFixed(2) ?? "–"}
              </td>
              <td className="num">{highest(previousDays)?.toFixed(2) ?? "–"}</td>
            </tr>
          );
        })}
      </Table>
    </Panel>
  );
}

function highest(days: (number | null)[]): number | null {
  const known = days.filter((day) => day !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function Nodes({ week }: { week: Weekly }) {
  return (
    <Panel title="Worst nodes" note="bounces in and out, sessions not known">
      {week.nodes.length === 0 ? (
        <Empty title="No node stands out">No session left one or was lost on one.</Empty>
      ) : (
        <Table
          caption="Worst nodes"
          head={
            <>
              <Heading>Node</Heading>
              {week.pool === null && <Heading>Pool</Heading>}
              <Heading num>Out</Heading>
              <Heading num>In</Heading>
              <Heading num>Lost</Heading>
              <Heading num>Errors</Heading>
            </>
          }
        >
          {week.nodes.map((row) => (
            <tr key={`${row.pool}/${row.node}`}>
              <td>
                <NodeName name={row.node} ordinal={row.ordinal} />
              </td>
              {week.pool === null && <td className="text-fg-2">{row.pool}</td>}
              <td className="num">{formatCount(row.bouncesOut)}</td>
              <td className="num">{formatCount(row.bouncesIn)}</td>
              <td className="num">{formatCount(row.lostSessions)}</td>
              <td className="num">{formatPercent(row.errorRate, 2)}</td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  );
}

function Balancers({ week }: { week: Weekly }) {
  return (
    <Panel title="Worst balancers" note="bounces that came through them">
      {week.lbs.length === 0 ? (
        <Empty title="No balancer stands out">No bounce came through any.</Empty>
      ) : (
        <Table
          caption="Worst balancers"
          head={
            <>
              <Heading>Balancer</Heading>
              <Heading num>Bounces</Heading>
              <Heading num>Unexplained</Heading>
              <Heading num>Per 1,000 requests</Heading>
            </>
          }
        >
          {week.lbs.map((row) => (
            <tr key={row.lb}>
              <td>{row.lb}</td>
              <td className="num">
                <b>{formatCount(row.bounces)}</b>
              </td>
              <td className="num">{formatCount(row.unexplainedBounces)}</td>
              <td className="num">{formatFigure(row.bouncesPer1000)}</td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  );
}

function Changes({ week }: { week: Weekly }) {
  const href = useCarriedHref();
  return (
    <Panel
      className="wk-whole"
      title="Changes that coincided with a regression"
      note="bounces, 30 min before and after"
    >
      {week.changes.length === 0 ? (
        <Empty title="None">
          After no change did bounces come more often than chance explains.
        </Empty>
      ) : (
        <Table
          caption="Changes that coincided with a regression"
          head={
            <>
              <Heading>Change</Heading>
              <Heading>When</Heading>
              <Heading num>Before</Heading>
              <Heading num>After</Heading>
              <Heading num>Per 1,000 requests</Heading>
              <Heading>Grew most</Heading>
            </>
          }
        >
          {week.changes.map((row) => (
            <tr key={row.change.id} className="link-row">
              <td>
                <Link className="cover" href={href("/compare", { change: row.change.id })}>
                  <span className="inline-flex items-center gap-2">
                    <ChangeMark kind={row.change.kind} />
                    <b>{row.change.title}</b>
                  </span>
                </Link>
                {row.further > 0 && (
                  <span className="block pl-6 text-12 text-fg-2">
                    and {countOf(row.further, "further step")} of this roll-out
                  </span>
                )}
              </td>
              <td>
                <WeekMoment at={row.change.at} />
              </td>
              <td className="num">{formatCount(row.before)}</td>
              <td className="num">
                <b className="text-bad">{formatCount(row.after)}</b>
              </td>
              <td className="num">
                {formatFigure(row.beforePer1000)} to {formatFigure(row.afterPer1000)}
              </td>
              <td>{row.cause && <CauseChip cause={row.cause} />}</td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  );
}

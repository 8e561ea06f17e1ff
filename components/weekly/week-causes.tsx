"use client";

import Link from "@/components/ui/link";
import { useCarriedHref } from "@/lib/browser/page-state";
import type { Weekly } from "@/lib/schemas/weekly";
import { formatCount, formatPercent } from "@/lib/view/numbers";
import { classWords, countDelta } from "@/lib/view/weekly";
import { CauseChip } from "../ui/cause-chip";
import { Panel } from "../ui/panel";
import { Delta } from "../ui/stat";
import { Empty } from "../ui/states";
import { Heading, Table } from "../ui/table";

const same = { direction: "same", text: "", bad: false } as const;

/** Bounces by cause, and both bounces and losses by class. */
export function WeekCauses({ week }: { week: Weekly }) {
  const href = useCarriedHref();
  return (
    <div className="wk-two">
      <Panel title="Causes" note="against the week before">
        {week.causes.length === 0 ? (
          <Empty title="No bounces in either week">
            Every request stayed on its session’s node.
          </Empty>
        ) : (
          <Table
            caption="Bounces by cause"
            head={
              <>
                <Heading>Cause</Heading>
                <Heading num>Bounces</Heading>
                <Heading num>Share</Heading>
                <Heading>Change</Heading>
                <Heading num>Sessions</Heading>
                <Heading num>Lost</Heading>
              </>
            }
          >
            {week.causes.map((row) => (
              <tr key={row.cause} className="link-row">
                <td>
                  <Link
                    className="cover"
                    href={href("/sessions", {
                      tab: "bounces",
                      cause: row.cause,
                      from: week.from,
                      to: week.to,
                    })}
                  >
                    <CauseChip cause={row.cause} />
                  </Link>
                </td>
                <td className="num">
                  <b>{formatCount(row.bounces)}</b>
                </td>
                <td className="num">{formatPercent(row.share, 0)}</td>
                <td>
                  <Delta delta={countDelta(row.bounces, row.previousBounces) ?? same} />
                </td>
                <td className="num">{formatCount(row.sessions)}</td>
                <td className="num">{formatCount(row.lostSessions)}</td>
              </tr>
            ))}
          </Table>
        )}
      </Panel>
      <Panel title="By class" note="who is to answer">
        <Table
          caption="Bounces and lost sessions by class"
          head={
            <>
              <Heading>Class</Heading>
              <Heading num>Bounces</Heading>
              <Heading>Change</Heading>
              <Heading num>Sessions lost</Heading>
              <Heading>Change</Heading>
            </>
          }
        >
          {week.classes.map((row) => (
            <tr key={row.class}>
              <td>{classWords[row.class]}</td>
              {row.class === "storage" ? (
                <>
                  <td className="num text-fg-3">–</td>
                  <td />
                </>
              ) : (
                <>
                  <td className="num">{formatCount(row.bounces)}</td>
                  <td>
                    <Delta delta={countDelta(row.bounces, row.previousBounces) ?? same} />
                  </td>
                </>
              )}
              {row.class === "infrastructure" ? (
                <>
                  <td className="num text-fg-3">–</td>
                  <td />
                </>
              ) : (
                <>
                  <td className="num">{formatCount(row.lostSessions)}</td>
                  <td>
                    <Delta delta={countDelta(row.lostSessions, row.previousLostSessions) ?? same} />
                  </td>
                </>
              )}
            </tr>
          ))}
        </Table>
        <p className="wk-note">
          Sessions were lost to routing, to storage or to the client; a bounce that infrastructure
          explains loses a session to routing.
        </p>
      </Panel>
    </div>
  );
}

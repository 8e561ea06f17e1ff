"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import Link from "@/components/ui/link";
import { worstSessions } from "@/lib/browser/board-params";
import { useKnownNodes } from "@/lib/browser/node-ordinals";
import { useBalancer, useCarriedHref, useRange, useRangeParams } from "@/lib/browser/page-state";
import { sessionsOptions } from "@/lib/browser/queries/sessions";
import { useZone } from "@/lib/browser/zone";
import { formatCount } from "@/lib/view/numbers";
import { formatClock, zoneName } from "@/lib/view/times";
import { CauseChip } from "../ui/cause-chip";
import { JourneyStrip } from "../ui/journey-strip";
import { Panel } from "../ui/panel";
import { Segmented } from "../ui/segmented";
import { Answer, Empty } from "../ui/states";
import { Heading, Table } from "../ui/table";
import { Time } from "../ui/time";

const sorts = ["worst", "lost", "latest"] as const;

/** The sessions that bounced most, were lost, or bounced last, with their way over the nodes. */
export function WorstSessions({ affected }: { affected: number | null }) {
  const [sort, setSort] = useQueryState("worst", parseAsStringLiteral(sorts).withDefault("worst"));
  const params = useRangeParams();
  const [lb] = useBalancer();
  const { resolved } = useRange();
  const { zone } = useZone();
  const href = useCarriedHref();
  const known = useKnownNodes();
  const question = useInfiniteQuery(sessionsOptions(worstSessions(params, sort, lb)));
  return (
    <Panel
      title="Worst sessions"
      note={affected === null ? undefined : `${formatCount(affected)} affected`}
      actions={
        <>
          <Segmented
            small
            label="Which sessions come first"
            options={[
              { value: "worst", label: "Most bounces" },
              { value: "lost", label: "Lost" },
              { value: "latest", label: "Latest" },
            ]}
            value={sort}
            onChange={(next) => void setSort(next)}
          />
          <Link className="link" href={href("/sessions", { sort })}>
            All
          </Link>
        </>
      }
    >
      <Answer question={question} what="the worst sessions">
        {({ pages }) => {
          const sessions = pages.flatMap((page) => page.items);
          if (sessions.length === 0)
            return (
              <Empty title={sort === "lost" ? "No session was lost" : "No session bounced"}>
                {sort === "lost"
                  ? "The app knew every session that was presented in this range, or it sends no events."
                  : "Every session of this range stayed on its node."}
              </Empty>
            );
          return (
            <Table
              caption="Worst sessions"
              className="worst"
              head={
                <>
                  <Heading>Session</Heading>
                  <Heading>
                    Journey,{" "}
                    <span suppressHydrationWarning>
                      {formatClock(resolved.from, zone, "minute")} to{" "}
                      {formatClock(resolved.to, zone, "minute")}
                    </span>
                  </Heading>
                  <Heading num>Bounces</Heading>
                  <Heading num>Lost</Heading>
                  <Heading>Main cause</Heading>
                  <Heading num>
                    Last bounce{" "}
                    <span suppressHydrationWarning>({zoneName(resolved.to, zone)})</span>
                  </Heading>
                </>
              }
            >
              {sessions.map((session) => (
                <tr key={session.id} className="link-row">
                  <td>
                    <Link
                      className="cover mono"
                      href={href(`/sessions/${session.id}`, { from: null, to: null })}
                    >
                      {session.id.slice(0, 12)}
                    </Link>
                  </td>
                  <td className="journey-cell">
                    <JourneyStrip
                      session={session}
                      from={resolved.from}
                      to={resolved.to}
                      known={known}
                    />
                  </td>
                  <td className="num font-semibold">{formatCount(session.bounces)}</td>
                  <td
                    className={`num ${session.lost > 0 ? "font-semibold text-bad" : "text-fg-3"}`}
                  >
                    {session.lost > 0 ? formatCount(session.lost) : "–"}
                  </td>
                  <td>
                    {session.mainCause ? (
                      <CauseChip cause={session.mainCause} />
                    ) : (
                      <span className="text-fg-3">–</span>
                    )}
                  </td>
                  <td className="num text-fg-2">
                    {session.lastBounce ? <Time at={session.lastBounce} /> : "–"}
                  </td>
                </tr>
              ))}
            </Table>
          );
        }}
      </Answer>
    </Panel>
  );
}

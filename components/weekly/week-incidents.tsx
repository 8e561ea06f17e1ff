"use client";

import Link from "@/components/ui/link";
import { useCarriedHref } from "@/lib/browser/page-state";
import type { Weekly } from "@/lib/schemas/weekly";
import { formatCount, formatDuration, formatPercent } from "@/lib/view/numbers";
import { CauseChip } from "../ui/cause-chip";
import { Panel } from "../ui/panel";
import { Empty } from "../ui/states";
import { Heading, Table } from "../ui/table";
import { Tag } from "../ui/tag";
import { WeekMoment } from "./week-moment";

/** What woke somebody: how soon it was known, taken in hand, and over. */
export function WeekIncidents({ week }: { week: Weekly }) {
  const href = useCarriedHref();
  const { items, total, unacknowledged } = week.incidents;
  const note =
    total === 0
      ? undefined
      : `${total > items.length ? `${items.length} of ${total}, ` : ""}${unacknowledged === 0 ? "all acknowledged" : `${unacknowledged} without acknowledgement`}`;
  return (
    <Panel className="wk-whole" title="Incidents" note={note}>
      {items.length === 0 ? (
        <Empty title="None">No alert that began in this week fired.</Empty>
      ) : (
        <Table
          caption="Incidents"
          head={
            <>
              <Heading>Incident</Heading>
              {week.pool === null && <Heading>Pool</Heading>}
              <Heading>Began</Heading>
              <Heading num>Detected after</Heading>
              <Heading num>Acknowledged after</Heading>
              <Heading num>Lasted</Heading>
              <Heading num>Sessions</Heading>
              <Heading num>Lost</Heading>
              <Heading>Cause</Heading>
            </>
          }
        >
          {items.map((row) => (
            <tr key={row.id} className="link-row">
              <td>
                <Link className="cover" href={href(`/alerts/${row.id}`)}>
                  <b>{row.title}</b>
                </Link>{" "}
                {row.corrected && <Tag>corrected</Tag>}
              </td>
              {week.pool === null && <td className="text-fg-2">{row.pool}</td>}
              <td>
                <WeekMoment at={row.since} />
              </td>
              <td className="num">{formatDuration(row.detectedMs)}</td>
              <td className="num">{formatDuration(row.acknowledgedMs)}</td>
              <td className="num">{formatDuration(row.lastedMs)}</td>
              <td className="num">
                <b>{formatCount(row.affectedSessions)}</b>
              </td>
              <td className={`num ${row.lostSessions ? "text-bad" : ""}`}>
                {formatCount(row.lostSessions)}
              </td>
              <td>{row.cause && <CauseChip cause={row.cause} />}</td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  );
}

/** Whether sessions were bound as it is declared. */
export function WeekAffinity({ week }: { week: Weekly }) {
  return (
    <Panel
      className="wk-whole"
      title="Affinity"
      note="found in a sample of the week’s last hours, against what sources declare"
    >
      {week.affinity.length === 0 ? (
        <Empty title="Nothing to hold against">
          The requests of this week are no longer kept, or too few show how sessions were bound.
        </Empty>
      ) : (
        <Table
          caption="Affinity by balancer"
          head={
            <>
              {week.pool === null && <Heading>Pool</Heading>}
              <Heading>Balancer</Heading>
              <Heading>Declared</Heading>
              <Heading>Found</Heading>
              <Heading num>Cookie not followed</Heading>
              <Heading>Mismatch</Heading>
            </>
          }
        >
          {week.affinity.map((row) => (
            <tr key={`${row.pool}/${row.lb}`}>
              {week.pool === null && (
                <td>
                  <b>{row.pool}</b>
                </td>
              )}
              <td>{row.lb}</td>
              <td>{row.declared ?? <span className="text-fg-3">nothing</span>}</td>
              <td>{row.found}</td>
              <td className="num">
                {row.named === 0
                  ? "–"
                  : `${formatCount(row.elsewhere)} of ${formatCount(row.named)}, ${formatPercent(row.elsewhereShare)}`}
              </td>
              <td className={row.mismatch === null ? "text-fg-3" : "text-warn"}>
                {row.mismatch ?? "none"}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  );
}

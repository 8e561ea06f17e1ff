import type { StoragePart } from "@/lib/domain/storage-parts";
import type { Settings } from "@/lib/schemas/settings";
import { countOf, formatBytes } from "@/lib/view/numbers";
import { Panel } from "../ui/panel";
import { Heading, Table } from "../ui/table";

const kept: { what: string; days: keyof Settings["retention"]; variable: string }[] = [
  {
    what: "Requests and events of sessions that bounced, were lost or are pinned; rejected lines",
    days: "days",
    variable: "HOPWATCH_RETENTION_DAYS",
  },
  {
    what: "Requests and events of sessions to which nothing happened",
    days: "healthyDays",
    variable: "HOPWATCH_HEALTHY_RETENTION_DAYS",
  },
  {
    what: "Sessions, bounces, losses, changes and all figures",
    days: "resultDays",
    variable: "HOPWATCH_RESULT_RETENTION_DAYS",
  },
];

const parts: Record<StoragePart, string> = {
  requests: "Requests",
  events: "Session events",
  sessions: "Sessions, bounces and losses",
  figures: "Figures by minute, hour and day",
  other: "All else",
};

/** How long what is kept, and what it takes. */
export function WhatIsKept({ settings: { retention, storage } }: { settings: Settings }) {
  const total = (storage ?? []).reduce((sum, { bytes }) => sum + bytes, 0);
  return (
    <>
      <Panel title="What is kept, and how long">
        <Table
          caption="What is kept, and how long"
          head={
            <>
              <Heading>What</Heading>
              <Heading num>Kept for</Heading>
              <Heading>Set by</Heading>
            </>
          }
        >
          {kept.map(({ what, days, variable }) => (
            <tr key={variable}>
              <td>{what}</td>
              <td className="num">{countOf(retention[days], "day")}</td>
              <td className="mono text-fg-2">{variable}</td>
            </tr>
          ))}
        </Table>
        <p className="set-note pt-2">
          These are set in the environment, and hold from the next start on. Pinned snapshots
          outlive all of them.
        </p>
      </Panel>
      {storage && (
        <Panel title="On disk" note={`${formatBytes(total)} in all`}>
          <Table
            caption="On disk"
            head={
              <>
                <Heading>What</Heading>
                <Heading num>Size</Heading>
                <Heading num>of it indexes</Heading>
              </>
            }
          >
            {storage.map(({ part, bytes, indexBytes }) => (
              <tr key={part}>
                <td>{parts[part]}</td>
                <td className="num">{formatBytes(bytes)}</td>
                <td className="num text-fg-2">{formatBytes(indexBytes)}</td>
              </tr>
            ))}
          </Table>
        </Panel>
      )}
    </>
  );
}

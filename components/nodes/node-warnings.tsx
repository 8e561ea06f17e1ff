"use client";

import { useQuery } from "@tanstack/react-query";
import { Panel } from "@/components/ui/panel";
import { Heading, Table } from "@/components/ui/table";
import { useRangeParams } from "@/lib/browser/page-state";
import { nodesOptions } from "@/lib/browser/queries/nodes";
import { countOf, formatCount, formatDuration } from "@/lib/view/numbers";
import { ClockOffset } from "./clock-offset";

/** Names that contradict each other; not shown where none do. */
export function NameConflicts() {
  const { data } = useQuery(nodesOptions(useRangeParams()));
  const conflicts = data?.conflicts ?? [];
  if (conflicts.length === 0) return null;
  return (
    <Panel title="Names that contradict each other" note={countOf(conflicts.length, "conflict")}>
      <Table
        caption="Names that were not taken for one node"
        head={
          <>
            <Heading>Pool</Heading>
            <Heading>Name</Heading>
            <Heading>Other name</Heading>
            <Heading>Why they were not joined</Heading>
          </>
        }
      >
        {conflicts.map(({ pool, a, b, reason }) => (
          <tr key={`${pool} ${a} ${b} ${reason}`}>
            <td className="text-fg-2">{pool}</td>
            <td className="mono">{a}</td>
            <td className="mono">{b}</td>
            <td>{reason}</td>
          </tr>
        ))}
      </Table>
      <p className="px-4 py-2 text-12 text-fg-2">
        Declare the node’s name and addresses on its source to settle it: declared names win.
      </p>
    </Panel>
  );
}

/** How far balancers' clocks are apart that passed requests on to each other; not shown where none did. */
export function BalancerClocks() {
  const { data } = useQuery(nodesOptions(useRangeParams()));
  const clocks = data?.balancerClocks ?? [];
  if (clocks.length === 0) return null;
  return (
    <Panel title="Balancer clocks" note="by requests that passed two balancers">
      <Table
        caption="Clocks of balancers against each other"
        head={
          <>
            <Heading>Balancer</Heading>
            <Heading>Against</Heading>
            <Heading num>Clock</Heading>
            <Heading num>Jitter</Heading>
            <Heading num>Requests</Heading>
          </>
        }
      >
        {clocks.map(({ lb, against, offsetMs, jitterMs, samples }) => (
          <tr key={`${lb} ${against}`}>
            <td>
              <b>{lb}</b>
            </td>
            <td className="text-fg-2">{against}</td>
            <td className="num">
              <ClockOffset ms={offsetMs} />
            </td>
            <td className="num">{formatDuration(jitterMs)}</td>
            <td className="num text-fg-2">{formatCount(samples)}</td>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}

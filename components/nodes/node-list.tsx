"use client";

import { useQuery } from "@tanstack/react-query";
import { useQueryStates } from "nuqs";
import { Button } from "@/components/ui/button";
import { NodeName } from "@/components/ui/node-mark";
import { Panel } from "@/components/ui/panel";
import { Answer, Empty } from "@/components/ui/states";
import { Heading, SortHeading, Table } from "@/components/ui/table";
import { Tag } from "@/components/ui/tag";
import { Ago } from "@/components/ui/time";
import { useNow } from "@/lib/browser/clock";
import { useRangeParams } from "@/lib/browser/page-state";
import { nodesOptions } from "@/lib/browser/queries/nodes";
import type { Node } from "@/lib/schemas/pools";
import { type NodeOrder, nodesInOrder } from "@/lib/view/node-order";
import { countOf, formatDuration, formatPercent, formatRate } from "@/lib/view/numbers";
import { ClockOffset } from "./clock-offset";
import { nodeListParams } from "./node-params";

/** Each node's state and since when, the names it is known by, its clock, its load. */
export function NodeList() {
  const question = useQuery(nodesOptions(useRangeParams()));
  const items = question.data?.items ?? [];
  const pools = new Set(items.map((node) => node.pool));
  const [{ by, find }, setList] = useQueryStates(nodeListParams, { history: "replace" });
  const heading = (label: string, order: NodeOrder, num = false) => (
    <SortHeading
      num={num}
      sorted={by === order ? "descending" : null}
      onSort={() => void setList({ by: by === order ? null : order })}
    >
      {label}
    </SortHeading>
  );
  return (
    <Panel
      title="Node state"
      note={items.length > 0 ? countOf(items.length, "node") : undefined}
      actions={
        items.length > 1 && (
          <input
            className="input nd-find"
            type="search"
            aria-label="Find in the list of nodes"
            placeholder="Name, address or state"
            autoComplete="off"
            spellCheck={false}
            value={find}
            onChange={(event) => void setList({ find: event.target.value || null })}
          />
        )
      }
    >
      <Answer question={question} what="the nodes">
        {({ items: nodes }) =>
          nodes.length === 0 ? (
            <Empty title="No nodes yet">Nodes show as soon as a log line names one.</Empty>
          ) : nodesInOrder(nodes, by, find).length === 0 ? (
            <Empty
              title="No such node"
              actions={
                <Button small onClick={() => void setList({ find: null })}>
                  Show all
                </Button>
              }
            >
              {countOf(nodes.length, "node")} without these words in name, address, pool or state.
            </Empty>
          ) : (
            <Table
              caption="Nodes with state, other names, clock offset and load"
              head={
                <>
                  {heading("Node", "name")}
                  {pools.size > 1 && <Heading>Pool</Heading>}
                  {heading("State", "state")}
                  <Heading>Also known as</Heading>
                  {heading("Clock offset", "clock", true)}
                  {heading("Requests", "load", true)}
                  <Heading>Share</Heading>
                  {heading("Last seen", "last", true)}
                </>
              }
            >
              {nodesInOrder(nodes, by, find).map((node) => (
                <tr key={`${node.pool} ${node.name}`}>
                  <td>
                    <NodeName name={node.name} ordinal={node.ordinal} />
                  </td>
                  {pools.size > 1 && <td className="text-fg-2">{node.pool}</td>}
                  <td>
                    <State node={node} />
                  </td>
                  <td className="nd-aliases">
                    {node.aliases.length === 0 ? (
                      <span className="text-fg-3">–</span>
                    ) : (
                      node.aliases.map((alias) => (
                        <span key={`${alias.by} ${alias.name}`}>
                          <span className="mono">{alias.name}</span>{" "}
                          <span className="text-11 text-fg-3">{alias.by}</span>
                        </span>
                      ))
                    )}
                  </td>
                  <td className="num">
                    <ClockOffset ms={node.clockOffsetMs} />
                    {node.clockOffsetMs !== null && (
                      <span className="block text-11 text-fg-3">
                        {`± ${formatDuration(node.clockJitterMs)} in ${countOf(node.clockSamples, "pair")}`}
                      </span>
                    )}
                  </td>
                  <td className="num">{formatRate(node.requestsPerSecond)}</td>
                  <td>
                    <span className="nd-share">
                      <i aria-hidden="true">
                        <b style={{ width: `${(node.share ?? 0) * 100}%` }} />
                      </i>
                      {formatPercent(node.share)}
                    </span>
                  </td>
                  <td className="num text-fg-2">
                    {node.lastSeen ? <Ago at={node.lastSeen} /> : "–"}
                  </td>
                </tr>
              ))}
            </Table>
          )
        }
      </Answer>
    </Panel>
  );
}

function State({ node }: { node: Node }) {
  const now = useNow();
  const since = node.stateSince
    ? formatDuration(Math.max(now - Date.parse(node.stateSince), 0))
    : null;
  const word = {
    up: "up",
    down: "down",
    drain: "draining",
    maintenance: "maintenance",
    unknown: "not told",
  }[node.state];
  return (
    <span className="flex items-center gap-2">
      {node.state === "down" ? (
        <Tag tone="bad">{word}</Tag>
      ) : node.state === "drain" || node.state === "maintenance" ? (
        <Tag tone="warn">{word}</Tag>
      ) : (
        <span className={node.state === "unknown" ? "text-fg-3" : "text-fg-2"}>{word}</span>
      )}
      {since && (
        <span className="text-12 text-fg-3" suppressHydrationWarning>
          {`for ${since}`}
        </span>
      )}
    </span>
  );
}

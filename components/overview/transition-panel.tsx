"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "@/components/ui/link";
import { useKnownNodes } from "@/lib/browser/node-ordinals";
import { useCarriedHref, useRangeParams } from "@/lib/browser/page-state";
import { overviewNodes, transitionsOptions } from "@/lib/browser/queries/transitions";
import { heatStep } from "@/lib/view/heat-steps";
import { countOf, formatCount, formatPercent } from "@/lib/view/numbers";
import { type TransitionTable, transitionTable } from "@/lib/view/transitions";
import { NodeMark, NodeName } from "../ui/node-mark";
import { Panel } from "../ui/panel";
import { Answer, Empty } from "../ui/states";
import { Scroller } from "../ui/table";

/** Moves from node to node; the diagonal is the share of requests that stayed. */
export function TransitionPanel() {
  const question = useQuery(transitionsOptions(useRangeParams(), overviewNodes));
  return (
    <Panel title="Node transitions" note="bounces; diagonal is requests that stayed">
      <Answer question={question} what="the transitions">
        {(data) => {
          const table = transitionTable(data, overviewNodes);
          return table.total === 0 ? (
            <Empty title="No moves in this range">Every request went to its session’s node.</Empty>
          ) : (
            <Matrix table={table} />
          );
        }}
      </Answer>
    </Panel>
  );
}

function Matrix({ table }: { table: TransitionTable }) {
  const known = useKnownNodes();
  const href = useCarriedHref();
  const { nodes, most } = table;
  return (
    <Scroller label="Node transitions, scrolls sideways">
      <table className="matrix">
        <caption className="vh">Bounces from the row’s node to the column’s node</caption>
        <thead>
          <tr>
            <th scope="col">from, to</th>
            {nodes.map((node) => (
              <th scope="col" key={node.name} title={node.name}>
                <span className="node">
                  <NodeMark ordinal={known.ordinalOf(node.name)} size={10} />
                  <span className="vh">{node.name}</span>
                  <span aria-hidden="true">{known.shortOf(node.name)}</span>
                </span>
              </th>
            ))}
            <th scope="col">Out</th>
          </tr>
        </thead>
        <tbody>
          {nodes.map((from) => (
            <tr key={from.name}>
              <th scope="row">
                <NodeName name={from.name} ordinal={known.ordinalOf(from.name)} />
              </th>
              {nodes.map((to) => {
                if (to.name === from.name)
                  return (
                    <td key={to.name} className="stay">
                      {formatPercent(from.stay, 1)}
                    </td>
                  );
                const count = from.to.get(to.name) ?? 0;
                return (
                  <td key={to.name} className={`cell h${heatStep(count, most)}`}>
                    {count === 0 ? (
                      "0"
                    ) : (
                      <Link
                        href={href("/sessions", {
                          tab: "bounces",
                          left: from.name,
                          reached: to.name,
                        })}
                        title={`${countOf(count, "bounce")} from ${from.name} to ${to.name}`}
                      >
                        {formatCount(count)}
                      </Link>
                    )}
                  </td>
                );
              })}
              <td className="sum">{formatCount(from.out)}</td>
            </tr>
          ))}
          <tr>
            <th scope="row" className="text-fg-2">
              In
            </th>
            {nodes.map((node) => (
              <td key={node.name}>{formatCount(node.in)}</td>
            ))}
            <td className="sum">{formatCount(table.total)}</td>
          </tr>
        </tbody>
      </table>
      {table.more > 0 && (
        <p className="px-4 pt-2 text-12 text-fg-3">
          The {nodes.length} nodes with most moves; {countOf(table.more, "more node")}.
        </p>
      )}
    </Scroller>
  );
}

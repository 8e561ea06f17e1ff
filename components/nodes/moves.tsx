"use client";

import { CauseChip, causeColour } from "@/components/ui/cause-chip";
import Link from "@/components/ui/link";
import { NodeName } from "@/components/ui/node-mark";
import { Panel } from "@/components/ui/panel";
import { Answer, Empty } from "@/components/ui/states";
import { Heading, Table } from "@/components/ui/table";
import { useKnownNodes } from "@/lib/browser/node-ordinals";
import { useCarriedHref } from "@/lib/browser/page-state";
import { causes } from "@/lib/domain/causes";
import { countOf, formatCount } from "@/lib/view/numbers";
import { useMoves } from "./use-moves";

const most = 12;

/** The moves from node to node, most first, each with its causes. */
export function Moves({ areComing }: { areComing: boolean }) {
  const question = useMoves(areComing);
  const known = useKnownNodes();
  const href = useCarriedHref();
  return (
    <Panel title="Moves by cause" note="most first">
      <Answer question={question} what="the moves">
        {({ items: rows, moves }) => {
          const largest = Math.max(...rows.map((row) => row.bounces), 1);
          if (rows.length === 0)
            return (
              <Empty title="No moves in this range">
                Every request went to its session’s node.
              </Empty>
            );
          return (
            <>
              <Table
                caption="Moves from node to node by cause"
                head={
                  <>
                    <Heading>From</Heading>
                    <Heading>To</Heading>
                    <Heading num>Bounces</Heading>
                    <Heading>Causes</Heading>
                  </>
                }
              >
                {rows.slice(0, most).map((row) => {
                  const parts = causes
                    .map((cause) => ({ cause, count: row.byCause[cause] ?? 0 }))
                    .filter(({ count }) => count > 0)
                    .sort((a, b) => b.count - a.count);
                  return (
                    <tr key={`${row.from} ${row.to}`} className="link-row">
                      <td>
                        <NodeName name={row.from} ordinal={known.ordinalOf(row.from)} />
                      </td>
                      <td>
                        <NodeName name={row.to} ordinal={known.ordinalOf(row.to)} />
                      </td>
                      <td className="num">
                        <Link
                          className="cover"
                          href={href("/sessions", { tab: "bounces", node: row.to })}
                        >
                          <b>{formatCount(row.bounces)}</b>
                        </Link>
                      </td>
                      <td className="nd-causes">
                        <span
                          className="nd-bar"
                          style={{ width: `${Math.max((row.bounces / largest) * 100, 2)}px` }}
                          aria-hidden="true"
                        >
                          {parts.map(({ cause, count }) => (
                            <i
                              key={cause}
                              style={{ flexGrow: count, background: causeColour(cause) }}
                            />
                          ))}
                        </span>
                        {parts.slice(0, 3).map(({ cause, count }) => (
                          <span key={cause} className="flex items-center gap-1">
                            <CauseChip cause={cause} />
                            <span className="text-fg-3">{formatCount(count)}</span>
                          </span>
                        ))}
                        {parts.length > 3 && (
                          <span className="text-fg-3">
                            {countOf(parts.length - 3, "more cause")}
                          </span>
                        )}
                      </td>
                    </tr>
                  );
                })}
              </Table>
              {moves > most && (
                <p className="px-4 py-2 text-12 text-fg-3">
                  {`${countOf(moves - most, "more move")} with fewer bounces.`}
                </p>
              )}
            </>
          );
        }}
      </Answer>
    </Panel>
  );
}

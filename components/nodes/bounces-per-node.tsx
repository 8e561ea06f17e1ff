"use client";

import { NodeName } from "@/components/ui/node-mark";
import { Answer } from "@/components/ui/states";
import { useKnownNodes } from "@/lib/browser/node-ordinals";
import { nodesPageNodes } from "@/lib/browser/queries/transitions";
import { formatCount } from "@/lib/view/numbers";
import { transitionTable } from "@/lib/view/transitions";
import { useMoves } from "./use-moves";

/** How many bounces left each node, and how many landed on it. */
export function BouncesPerNode({ areComing }: { areComing: boolean }) {
  const question = useMoves(areComing);
  const known = useKnownNodes();
  return (
    <section className="nd-part" aria-label="Bounces per node">
      <h2>Bounces per node</h2>
      <Answer question={question} what="the transitions">
        {(data) => {
          const { nodes } = transitionTable(data, nodesPageNodes);
          const most = Math.max(...nodes.flatMap((node) => [node.in, node.out]), 1);
          if (nodes.length === 0)
            return <p className="pt-1 text-12 text-fg-2">No node was seen in this range.</p>;
          return (
            <table className="nd-flow">
              <thead>
                <tr>
                  <th scope="col">left the node</th>
                  <th scope="col">
                    <span className="vh">Node</span>
                  </th>
                  <th scope="col">landed on it</th>
                </tr>
              </thead>
              <tbody>
                {nodes.map((node) => (
                  <tr key={node.name}>
                    <td className="out">
                      <span>{formatCount(node.out)}</span>
                      <i style={{ width: `${(node.out / most) * 64}px` }} aria-hidden="true" />
                    </td>
                    <th scope="row">
                      <NodeName name={node.name} ordinal={known.ordinalOf(node.name)} />
                    </th>
                    <td className="in">
                      <i style={{ width: `${(node.in / most) * 64}px` }} aria-hidden="true" />
                      <span>{formatCount(node.in)}</span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          );
        }}
      </Answer>
    </section>
  );
}

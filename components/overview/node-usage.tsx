"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useCarriedHref, useRangeParams } from "@/lib/browser/page-state";
import { nodesOptions } from "@/lib/browser/queries/nodes";
import type { Node } from "@/lib/schemas/results";
import { formatFigure, formatPercent } from "@/lib/view/numbers";
import { NodeName } from "../ui/node-mark";
import { Tag } from "../ui/tag";

const most = 12;

/** How the load lies on the nodes, and which of them are not up. */
export function NodeUsage() {
  const params = useRangeParams();
  const href = useCarriedHref();
  const { data } = useQuery(nodesOptions(params));
  const nodes = data?.items ?? [];
  if (nodes.length === 0) return null;
  const pools = new Set(nodes.map((node) => node.pool));
  const largest = Math.max(...nodes.map((node) => node.share ?? 0), 0.0001);
  return (
    <section className="usage" aria-label="Node usage">
      {nodes.slice(0, most).map((node) => (
        <Link
          key={`${node.pool}/${node.name}`}
          href={href("/nodes", { pool: node.pool })}
          title={`${node.name} in ${node.pool}`}
        >
          <span className="flex min-w-0 items-center gap-2">
            <span className="truncate">
              <NodeName name={node.name} ordinal={node.ordinal} />
            </span>
            <StateTag node={node} />
            <b className="ml-auto">{formatPercent(node.share, 0)}</b>
          </span>
          <span className="usage-bar" aria-hidden="true">
            <i style={{ width: `${((node.share ?? 0) / largest) * 100}%` }} />
          </span>
          <span className="flex text-11 text-fg-3">
            {pools.size > 1 && <span className="truncate">{node.pool}</span>}
            <span className="ml-auto">{formatFigure(node.requestsPerSecond)} /s</span>
          </span>
        </Link>
      ))}
      {nodes.length > most && (
        <Link className="link self-center justify-self-center" href={href("/nodes")}>
          {nodes.length - most} more
        </Link>
      )}
    </section>
  );
}

function StateTag({ node }: { node: Node }) {
  switch (node.state) {
    case "down":
      return <Tag tone="bad">down</Tag>;
    case "drain":
      return <Tag tone="warn">draining</Tag>;
    case "maintenance":
      return <Tag tone="warn">maintenance</Tag>;
    case "up":
    case "unknown":
      return null;
  }
}

"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "@/components/ui/link";
import { useCarriedHref, useRangeParams } from "@/lib/browser/page-state";
import { nodesOptions } from "@/lib/browser/queries/nodes";
import type { Node } from "@/lib/schemas/pools";
import { nodeLook } from "@/lib/view/node-look";
import { countOf, formatPercent, formatRate } from "@/lib/view/numbers";
import { poolUsages } from "@/lib/view/pool-usage";
import { NodeName } from "../ui/node-mark";
import { Tag } from "../ui/tag";

const mostNodes = 12;
const mostPools = 6;

/** How the load lies on the nodes, and which of them are not up; of several pools, pool by pool. */
export function NodeUsage() {
  const { data } = useQuery(nodesOptions(useRangeParams()));
  const href = useCarriedHref();
  const nodes = data?.items ?? [];
  const pools = poolUsages(nodes);
  if (nodes.length === 0) return null;
  const left = pools.length > 1 ? pools.length - mostPools : nodes.length - mostNodes;
  return (
    <section className="usage" aria-label="Node usage">
      {pools.length > 1 ? <PoolCells nodes={nodes} /> : <NodeCells nodes={nodes} />}
      {left > 0 && (
        <Link className="self-center justify-self-center text-accent" href={href("/nodes")}>
          {left} more
        </Link>
      )}
    </section>
  );
}

function NodeCells({ nodes }: { nodes: Node[] }) {
  const href = useCarriedHref();
  const largest = Math.max(...nodes.map((node) => node.share ?? 0), 0.0001);
  return nodes.slice(0, mostNodes).map((node) => (
    <Link key={node.name} href={href("/nodes", { pool: node.pool })} title={node.name}>
      <span className="flex min-w-0 items-center gap-2">
        <NodeName name={node.name} ordinal={node.ordinal} />
        <StateTag node={node} />
        <b className="ml-auto">{formatPercent(node.share, 0)}</b>
      </span>
      <span className="usage-bar" aria-hidden="true">
        <i style={{ width: `${((node.share ?? 0) / largest) * 100}%` }} />
      </span>
      <span className="text-right text-11 text-fg-3">{formatRate(node.requestsPerSecond)}</span>
    </Link>
  ));
}

/** A pool's nodes as shares of one bar; the pool's own page names them. */
function PoolCells({ nodes }: { nodes: Node[] }) {
  const href = useCarriedHref();
  return poolUsages(nodes)
    .slice(0, mostPools)
    .map(({ pool, nodes: members, requestsPerSecond, down, leaving }) => (
      <Link key={pool} href={href("/", { pool })} title={`Show ${pool}`}>
        <span className="flex min-w-0 items-center gap-2">
          <b className="min-w-0 truncate">{pool}</b>
          {down > 0 && <Tag tone="bad">{down} down</Tag>}
          {leaving > 0 && <Tag tone="warn">{leaving} leaving</Tag>}
        </span>
        <span className="usage-bar parts" aria-hidden="true">
          {members.map((node) => (
            <i
              key={node.name}
              title={node.name}
              style={{
                width: `${(node.share ?? 0) * 100}%`,
                background: nodeLook(node.ordinal).colour,
              }}
            />
          ))}
        </span>
        <span className="flex justify-between gap-2 whitespace-nowrap text-11 text-fg-3">
          <span>{countOf(members.length, "node")}</span>
          <span>{formatRate(requestsPerSecond)}</span>
        </span>
      </Link>
    ));
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

"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Node } from "@/lib/schemas/pools";
import { shortNodeNames } from "@/lib/view/node-look";
import { useRangeParams } from "./page-state";
import { nodesOptions } from "./queries/nodes";

export interface KnownNodes {
  nodes: Node[];
  /** By first sight in its pool; null for a node not known. Without a pool: the first of that name. */
  ordinalOf: (name: string, pool?: string) => number | null;
  /** Two characters for narrow places: `05`. */
  shortOf: (name: string) => string;
}

/**
 * The nodes of the page's pool and range, for marks and short names.
 *
 * @param asks false while nobody looks: a session's address holds what is zoomed to, and each zoom would ask
 */
export function useKnownNodes(asks = true): KnownNodes {
  const { data } = useQuery({ ...nodesOptions(useRangeParams()), enabled: asks });
  return useMemo(() => knownNodes(data?.items ?? []), [data]);
}

export function knownNodes(nodes: Node[]): KnownNodes {
  const byName = new Map<string, number>();
  const byPool = new Map<string, number>();
  for (const node of nodes) {
    byPool.set(`${node.pool}/${node.name}`, node.ordinal);
    if (!byName.has(node.name)) byName.set(node.name, node.ordinal);
  }
  const shorts = shortNodeNames(nodes);
  return {
    nodes,
    ordinalOf: (name, pool) =>
      (pool === undefined ? undefined : byPool.get(`${pool}/${name}`)) ?? byName.get(name) ?? null,
    shortOf: (name) => shorts.get(name) ?? name.slice(-2),
  };
}

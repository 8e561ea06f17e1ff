/**
 * How the tables lie on a Citus cluster. What is not named here stays on the
 * coordinator: sources and settings, marks and queues, changes, alerts.
 */

export type Placement =
  /** Spread by the hash of a column. Tables of one group have their rows of one value on one machine. */
  | { kind: "distributed"; column: string; group: string; partitioned: boolean }
  /** A whole copy on every machine. */
  | { kind: "reference" };

const by = (column: string, group: string, partitioned = false): Placement => ({
  kind: "distributed",
  column,
  group,
  partitioned,
});

/** In the order in which they are to be distributed: the first of a group is what the others lie with. */
export const placements: Readonly<Record<string, Placement>> = {
  pools: { kind: "reference" },
  lbs: { kind: "reference" },
  nodes: { kind: "reference" },
  shapes: { kind: "reference" },
  texts: { kind: "reference" },
  proofs: { kind: "reference" },
  sessions: by("session", "session"),
  request_rows: by("session", "session", true),
  session_events: by("session", "session", true),
  bounces: by("session", "session"),
  losses: by("session", "session"),
  request_correlations: by("correlation", "correlation", true),
  event_correlations: by("correlation", "correlation", true),
  // Sums of nodes by the node: a large pool has many, a small one need not be spread.
  node_minutes: by("node", "node"),
  node_spans: by("node", "node"),
  latency_spans: by("node", "node"),
  move_spans: by("node", "node"),
  node_session_spans: by("node", "node"),
  session_spans: by("pool", "pool"),
  bounce_spans: by("pool", "pool"),
  store_minutes: by("pool", "pool"),
};

/** Functions that statements on distributed tables call: every machine needs them. */
export const distributedFunctions = [
  "histogram_sum(integer[], integer[])",
  "ids_union(integer[], integer[])",
] as const;

/** Views over a distributed table and what every machine has: as good as the table. */
const views: Readonly<Record<string, string>> = { requests: "request_rows" };

const partitionName = /_\d{6}(?:\d\d)?$/;

/** Every table and view whose rows are spread. */
export function spreadTables(): string[] {
  const tables = Object.keys(placements).filter(
    (table) => placements[table]?.kind === "distributed",
  );
  return [...tables, ...Object.keys(views)];
}

/** Where a table lies, or the table that it is a partition of; undefined for those of the coordinator. */
export function placementOf(table: string): Placement | undefined {
  return placements[views[table] ?? table] ?? placements[table.replace(partitionName, "")];
}

import { type SourceInput, sourceInputSchema } from "@/lib/schemas/ingest";

/** A source as the ingest needs it. */
export interface SourceRules {
  id: number;
  name: string;
  format: string;
  formatString: string | null;
  lb: string | null;
  pool: string | null;
  timezone: string | null;
  session: SourceInput["session"];
  correlation: SourceInput["correlation"];
  affinity: SourceInput["affinity"];
  nodes: SourceInput["nodes"];
  demo: boolean;
}

interface SourceRow {
  id: number;
  name: string;
  format: string;
  formatString: string | null;
  lb: string | null;
  pool: string | null;
  timezone: string | null;
  session: unknown;
  correlation: unknown;
  affinity: unknown;
  nodes: unknown;
  demo: boolean;
}

/** The rules of a stored source; its JSON columns hold what the wire schema let in. */
export function rulesOf(row: SourceRow): SourceRules {
  const { session, correlation, affinity, nodes } = sourceInputSchema.parse({
    format: row.format,
    session: row.session,
    correlation: row.correlation,
    affinity: row.affinity,
    nodes: row.nodes,
  });
  const { id, name, format, formatString, lb, pool, timezone, demo } = row;
  return {
    id,
    name,
    format,
    formatString,
    lb,
    pool,
    timezone,
    session,
    correlation,
    affinity,
    nodes,
    demo,
  };
}

import { z } from "zod";
import { storageParts } from "@/lib/domain/storage-parts";
import { defineQuery } from "../query";

/** What the tables take on disk, bytes, by what they hold; `index_bytes` of it for finding rows. From the catalogue and the files' sizes. */
export const storageSizes = defineQuery({
  name: "storage-sizes",
  sql: `
    SELECT part, sum(pg_total_relation_size(oid))::bigint AS bytes, sum(pg_indexes_size(oid))::bigint AS index_bytes
    FROM (
      SELECT c.oid, CASE
          WHEN c.relname ~ '^request_(rows|correlations)' THEN 'requests'
          WHEN c.relname ~ '^(session_events|event_correlations)' THEN 'events'
          WHEN c.relname IN ('sessions', 'session_gains', 'bounces', 'losses', 'proofs') THEN 'sessions'
          WHEN c.relname ~ '_(spans|minutes|pairs)$' THEN 'figures'
          ELSE 'other'
        END AS part
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = current_schema() AND c.relkind = 'r'
    ) tables
    GROUP BY part`,
  params: z.object({}),
  row: z.object({ part: z.enum(storageParts), bytes: z.number(), index_bytes: z.number() }),
});

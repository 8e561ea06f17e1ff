import { z } from "zod";
import { defineQuery } from "../query";

/** The first 500 moves of each of the given (session, pool), in order. */
export const journeys = defineQuery({
  name: "journeys",
  sql: `
    SELECT k.place, b.at, b.previous_at, b.from_node, b.to_node
    FROM unnest($sessions::uuid[], $pools::int[]) WITH ORDINALITY AS k (session, pool, place)
    CROSS JOIN LATERAL (
      SELECT b.at, b.previous_at, b.from_node, b.to_node FROM bounces b
      WHERE b.session = k.session AND b.pool = k.pool
      ORDER BY b.at, b.id LIMIT 500
    ) b
    ORDER BY k.place, b.at`,
  spread: `
    WITH k AS MATERIALIZED (
      SELECT * FROM unnest($sessions::uuid[], $pools::int[]) WITH ORDINALITY AS k (session, pool, place)
    )
    SELECT place, at, previous_at, from_node, to_node FROM (
      SELECT k.place, b.at, b.previous_at, b.from_node, b.to_node,
        row_number() OVER (PARTITION BY b.session, b.pool ORDER BY b.at, b.id) AS nth
      FROM k JOIN bounces b ON b.session = k.session AND b.pool = k.pool
    ) b
    WHERE nth <= 500
    ORDER BY place, at`,
  params: z.object({ sessions: z.array(z.string()), pools: z.array(z.number()) }),
  row: z.object({
    place: z.number(),
    at: z.number(),
    previous_at: z.number(),
    from_node: z.number(),
    to_node: z.number(),
  }),
});

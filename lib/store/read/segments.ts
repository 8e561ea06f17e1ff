import { z } from "zod";
import type { EpochMs } from "@/lib/domain/facts";
import type { Segment } from "@/lib/domain/spans";
import { timestampParam } from "../query";

/** Parameters of questions that are answered from spans: the segments that make up the time asked about. */
export const segmentParams = {
  grains: z.array(z.number()),
  froms: z.array(timestampParam),
  tos: z.array(timestampParam),
};

/** The same, of a range and of the period before it. */
export const sidedSegmentParams = { befores: z.array(z.boolean()), ...segmentParams };

/** The segments as rows. In a subquery of their own, as a cluster mistakes the columns of a function in a join. */
export const segmentRows =
  "(SELECT * FROM unnest($grains::smallint[], $froms::timestamptz[], $tos::timestamptz[]) AS s (grain, from_at, to_at)) AS seg";

/** The same, of a range and of the period before it. */
export const sidedSegmentRows = `(SELECT * FROM unnest($befores::boolean[], $grains::smallint[], $froms::timestamptz[], $tos::timestamptz[])
        AS s (before, grain, from_at, to_at)) AS seg`;

/** Edges of a time asked about that are shorter than a minute: what lies in them is read row by row. */
export const edgeParams = {
  edgeBefores: z.array(z.boolean()),
  edgeFroms: z.array(timestampParam),
  edgeTos: z.array(timestampParam),
};

export const edgeRows = `(SELECT * FROM unnest($edgeBefores::boolean[], $edgeFroms::timestamptz[], $edgeTos::timestamptz[])
        AS s (before, from_at, to_at)) AS seg`;

/** Segments as lists, a parameter each. */
export function segmentLists(segments: readonly Segment[]) {
  return {
    grains: segments.map((segment): number => segment.grain),
    froms: segments.map((segment): EpochMs => segment.from),
    tos: segments.map((segment): EpochMs => segment.to),
  };
}

/** The start of the step in which a span lies; those of the period before are laid over the range. */
export function laidStep(at: string): string {
  return `date_bin(
      $step::interval,
      CASE WHEN seg.before THEN ${at} + $length::interval ELSE ${at} END,
      $start::timestamptz
    )`;
}

/** A stored histogram, as text; it is read as JSON, which is far quicker than any parser of arrays. */
export const countsColumn = z.string().transform((text): number[] => {
  const open = text.indexOf("{");
  const counts: unknown = JSON.parse(`[${text.slice(open + 1, -1)}]`);
  if (!Array.isArray(counts)) return [];
  return [...Array<number>(firstPlace(text.slice(0, open))).fill(0), ...counts];
});

/** The place, from 0, of an array's first value, by what stands before its `{`: `[78:140]=`, or nothing. */
export function firstPlace(bounds: string): number {
  return bounds === "" ? 0 : Number.parseInt(bounds.slice(1), 10) - 1;
}

/** SQL: the sums of nodes over the segments. Needs the nodes that are asked for as `k (pool, node)`. */
export const nodeSumRows = `
      SELECT n.pool, n.node, n.lb, n.minute AS at, n.requests, n.errors
      FROM ${segmentRows} CROSS JOIN k
      JOIN node_minutes n ON n.pool = k.pool AND n.node = k.node
        AND n.minute >= seg.from_at AND n.minute < seg.to_at
      WHERE seg.grain = 1
      UNION ALL
      SELECT n.pool, n.node, n.lb, n.at, n.requests, n.errors
      FROM ${segmentRows} CROSS JOIN k
      JOIN node_spans n ON n.pool = k.pool AND n.node = k.node AND n.grain = seg.grain
        AND n.at >= seg.from_at AND n.at < seg.to_at
      WHERE seg.grain > 1
    `;

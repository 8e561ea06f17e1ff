/*
 * Where a session was: nearly always on one node, through one balancer. The one stands in a column (`node`, `lb`), several
 * in a list (`nodes`, `lbs`), the other is NULL. Rows of earlier versions have lists of one or none as well.
 */

type Kind = "node" | "lb";

/** SQL: all of them as a list, in order. @param s the session's row. */
export function listOf(s: string, kind: Kind): string {
  const one = `${s}.${kind}`;
  return `coalesce(${one}s, CASE WHEN ${one} IS NULL THEN '{}'::integer[] ELSE ARRAY[${one}] END)`;
}

/** SQL: the session's node where it was on one alone, else NULL. */
export function onlyNode(s: string): string {
  return `CASE WHEN ${s}.nodes IS NULL THEN ${s}.node WHEN cardinality(${s}.nodes) = 1 THEN ${s}.nodes[1] END`;
}

/** SQL: the node whose id is the lowest; NULL where there is none. */
export function firstNode(s: string): string {
  return `coalesce(${s}.node, ${s}.nodes[1])`;
}

/** SQL: that a session was on several nodes, as an index has it. */
export function hasMoved(s: string): string {
  return `cardinality(${s}.nodes) > 1`;
}

/** SQL: that a session went through a balancer. */
export function wentThrough(s: string, lb: string): string {
  return `coalesce(${s}.lb = ${lb} OR ${lb} = ANY (${s}.lbs), false)`;
}

/** SQL: that a session was at one of these (an array, or NULL for none). */
export function wasAtAny(s: string, kind: Kind, ids: string): string {
  return `coalesce(${s}.${kind} = ANY (${ids}) OR ${s}.${kind}s && ${ids}, false)`;
}

/** SQL: what stands in both columns of `s` once it was also where `other` was: `SET` for `ON CONFLICT`. */
export function addPlaces(s: string, other: string, kind: Kind): string {
  const [own, came] = [listOf(s, kind), listOf(other, kind)];
  const isKnown = `${other}.${kind} = ${s}.${kind} OR ${came} <@ ${own}`;
  const isFirst = `${s}.${kind} IS NULL AND ${s}.${kind}s IS NULL`;
  return `
    ${kind} = CASE WHEN ${isKnown} THEN ${s}.${kind} WHEN ${isFirst} THEN ${other}.${kind} END,
    ${kind}s = CASE WHEN ${isKnown} THEN ${s}.${kind}s WHEN ${isFirst} THEN ${other}.${kind}s
      ELSE ids_union(${own}, ${came}) END`;
}

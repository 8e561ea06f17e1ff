import { publicId } from "@/lib/domain/session-key";
import type { Bounce, ChangeMark, Loss, Session } from "@/lib/schemas/results";
import type { BounceRow } from "@/lib/store/read/bounce-row";
import type { ChangeRow } from "@/lib/store/read/change-row";
import type { LossRow } from "@/lib/store/read/loss-row";
import type { SessionRecord } from "@/lib/store/read/session-row";
import { iso } from "@/lib/view/range";
import type { Names } from "./names";

/** Rows as the interface tells them: names for ids, RFC 3339 for epochs, the public id for a session. */

export function bounceOf(names: Names, row: BounceRow): Bounce {
  return {
    id: row.id,
    at: iso(row.at),
    pool: names.pool(row.pool),
    session: publicId(row.session),
    requestId: row.id,
    correlationId: row.correlation,
    from: names.nodeName(row.from_node),
    to: names.nodeName(row.to_node),
    cause: row.cause,
    class: row.class,
    confidence: round(row.confidence),
    evidence: row.evidence,
    isReturn: row.is_return,
    lb: names.lb(row.lb),
  };
}

export function lossOf(names: Names, row: LossRow): Loss {
  return {
    id: row.id,
    at: iso(row.at),
    pool: names.pool(row.pool),
    session: publicId(row.session),
    node: row.node === null ? null : names.resolve(row.pool, row.node),
    correlationId: row.correlation,
    lostTo: row.lost_to,
    evidence: row.evidence,
  };
}

export function changeOf(names: Names, row: ChangeRow): ChangeMark {
  return {
    id: row.id,
    at: iso(row.at),
    kind: row.kind,
    pool: row.pool === null ? null : names.pool(row.pool),
    node: row.node === null ? null : names.resolve(row.pool, row.node),
    lb: row.lb === null ? null : names.lb(row.lb),
    title: row.title,
    url: row.url,
    author: row.author,
  };
}

export function sessionOf(names: Names, row: SessionRecord): Session {
  return {
    id: publicId(row.session),
    pool: names.pool(row.pool),
    firstSeen: iso(row.first_seen),
    lastSeen: iso(row.last_seen),
    requests: row.requests,
    bounces: row.bounces,
    unexplained: row.unexplained,
    returns: row.returns,
    nodes: distinct(row.nodes.map((id) => names.nodeName(id))),
    lbs: distinct(row.lbs.map((id) => names.lb(id))),
    lost: row.losses,
    pingPong: row.ping_pong,
    mainCause: row.main_cause,
    client: row.client,
  };
}

/** Each once, in order; unknown ones left out. */
export function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].filter((name) => name !== "");
}

/** Single-precision numbers of the database without their binary dust. */
export function round(value: number, digits = 6): number {
  return Number(value.toPrecision(digits));
}

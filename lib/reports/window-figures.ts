import { imbalanceOf } from "@/lib/domain/imbalance";
import type { Side } from "@/lib/schemas/compare";
import type { loadByNode } from "@/lib/store/read/load-by-node";
import type { windowAffected } from "@/lib/store/read/window-affected";
import type { windowCauses } from "@/lib/store/read/window-causes";
import type { KnownNode, Names } from "./names";
import type { SeenSessions } from "./volume";
import { round } from "./wire";

type RowsOf<Q extends (...given: never[]) => Promise<unknown>> = Awaited<ReturnType<Q>>;
export type LoadRow = RowsOf<typeof loadByNode>[number];

/** What the database told of one window, of every pool and over them. */
export interface ToldWindow {
  sessions: SeenSessions[];
  affected: RowsOf<typeof windowAffected>;
  causes: RowsOf<typeof windowCauses>;
  load: LoadRow[];
}

export interface WindowFigures
  extends Pick<
    Side,
    | "sessions"
    | "severalSessions"
    | "affectedSessions"
    | "continuityRate"
    | "lostSessions"
    | "requests"
    | "errors"
    | "errorRate"
    | "bounces"
    | "unexplainedBounces"
    | "imbalance"
  > {}

/** The figures of a pool, or (null) over all that were asked about. `imbalance` is of one pool; over several, null. */
export function windowFigures(names: Names, told: ToldWindow, pool: number | null): WindowFigures {
  const ofPool = <Row extends { pool: number | null }>(rows: Row[]) =>
    rows.filter((row) => row.pool === pool);
  const seen = ofPool(told.sessions)[0];
  const affected = ofPool(told.affected);
  const causes = ofPool(told.causes).filter((row) => row.cause !== null);
  const load = pool === null ? told.load : ofPool(told.load);
  const several = seen?.several ?? 0;
  const severalAffected = total(affected, (row) => row.several);
  const requests = total(load, (row) => row.requests);
  const errors = total(load, (row) => row.errors);
  return {
    sessions: seen?.sessions ?? 0,
    severalSessions: several,
    affectedSessions: severalAffected,
    continuityRate: several === 0 ? null : round(Math.max(0, 1 - severalAffected / several), 9),
    lostSessions: total(affected, (row) => row.lost),
    requests,
    errors,
    errorRate: requests === 0 ? null : round(errors / requests, 9),
    bounces: total(causes, (row) => row.bounces),
    unexplainedBounces: total(
      causes.filter((row) => row.class !== "infrastructure"),
      (row) => row.bounces,
    ),
    imbalance: pool === null ? null : loadImbalance(names, load),
  };
}

/** The most loaded node's requests over the mean of the nodes that had some; null without any. */
export function loadImbalance(names: Names, load: readonly LoadRow[]): number | null {
  const served = new Map<KnownNode, number>();
  for (const row of load) {
    const node = names.node(row.node);
    if (node) served.set(node, (served.get(node) ?? 0) + row.requests);
  }
  const { maxOverMean } = imbalanceOf([...served.values()]);
  return maxOverMean === null ? null : round(maxOverMean, 6);
}

export function total<Row>(rows: readonly Row[], of: (row: Row) => number): number {
  return rows.reduce((sum, row) => sum + of(row), 0);
}

import type { Cause } from "@/lib/domain/causes";
import type { EpochMs } from "@/lib/domain/facts";
import type { Exchange } from "./log-lines";
import type { ShopNode } from "./story";

/** How a visitor of the demo's shop behaves. */
export type Habit =
  | "plain"
  /** Keeps the session's cookie, but not the balancer's. */
  | "drops-cookie"
  /** Goes for lunch in the middle of a visit. */
  | "sleeps"
  /** Is sent to either edge while the DNS is wrong. */
  | "follows-dns"
  /** Changes networks, and so addresses. */
  | "roams";

/** A persistence cookie as HAProxy keeps it: the node's name and the date, in steps of four seconds. */
export interface Binding {
  node: string;
  step: number;
}

export interface Visitor {
  name: string;
  entrance: string;
  habit: Habit;
  ip: string;
  port: number;
  agent: string;
  session: string | null;
  pagesLeft: number;
  /** Persistence cookies by name. */
  bindings: Map<string, Binding>;
  /** The node that served the session last, and through which balancer and address. */
  lastNode: string | null;
  lastLb: string | null;
  lastIp: string;
  /** Why it is away from the node that its address names. */
  awayBecause: Cause | null;
}

/** Where a balancer takes a request, and what it will write of it. */
export interface Routed {
  lb: string;
  source: string;
  node: ShopNode | null;
  /** False where the node broke the connection and the app never saw the request. */
  answered: boolean;
  /** Why it is not the session's last node; null when it is. */
  because: Cause | null;
  /** Other causes that are as true. */
  also?: Cause[];
  line: (exchange: Exchange) => string;
}

export interface Balancer {
  name: string;
  route: (visitor: Visitor, at: EpochMs) => Routed;
}

/** For moves that the story does not know: a fault of the demo. */
export function unexplained(visitor: Visitor, to: ShopNode, lb: string): never {
  throw new Error(
    `${visitor.name} moved from ${visitor.lastNode} to ${to.name} at ${lb} for no cause`,
  );
}

import type { Cause } from "@/lib/domain/causes";
import type { EpochMs } from "@/lib/domain/facts";
import type { Chance } from "./chance";
import { albLine } from "./log-lines";
import { type ShopNode, type Story, shopNodes, troubleOf } from "./story";
import { type Balancer, type Routed, unexplained, type Visitor } from "./visitor";

/** Its health checks are slow: so long a dead target still gets requests, which fail with 502. */
const noticesDownMs = 15_000;
const noticesUpMs = 20_000;
const cookie = "AWSALB";

/** An AWS ALB with sticky sessions; its log names the target, never the cookie. */
export class Alb implements Balancer {
  constructor(
    readonly name: string,
    readonly source: string,
    private readonly story: Story,
    private readonly chance: Chance,
  ) {}

  #why(node: ShopNode, at: EpochMs): Cause | null {
    const spell = this.story.spells.find((one) => {
      if (one.node !== node.name || one.trouble === "flapping") return false;
      return one.trouble === "dead"
        ? at >= one.from + noticesDownMs && at < one.to + noticesUpMs
        : at >= one.from && at < one.to;
    });
    if (!spell) return null;
    return spell.trouble === "dead" ? "failover" : "drain";
  }

  route(visitor: Visitor, at: EpochMs): Routed {
    const bound = shopNodes.find((one) => one.name === visitor.bindings.get(cookie)?.node);
    const why = bound ? this.#why(bound, at) : null;
    let node: ShopNode | null = bound && !why ? bound : null;
    if (!node) {
      const healthy = shopNodes.filter((one) => this.#why(one, at) === null);
      node = healthy[this.chance.between(0, healthy.length - 1)] ?? null;
      if (node) visitor.bindings.set(cookie, { node: node.name, step: 0 });
    }
    const answered = node !== null && troubleOf(this.story, node.name, at) !== "dead";
    const moved = answered && node && visitor.lastNode !== null && visitor.lastNode !== node.name;
    if (why) visitor.awayBecause = why;
    const because =
      moved && node ? (why ?? visitor.awayBecause ?? unexplained(visitor, node, this.name)) : null;
    return {
      lb: this.name,
      source: this.source,
      node,
      answered,
      because,
      line: (exchange) => albLine(exchange, answered),
    };
  }
}

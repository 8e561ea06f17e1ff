import type { Cause } from "@/lib/domain/causes";
import type { EpochMs } from "@/lib/domain/facts";
import type { Chance } from "./chance";
import { haproxyLine, syslogHead } from "./log-lines";
import { shopPool } from "./sources";
import { causeOf, type ShopNode, type Spell, type Story, shopNodes, troubleOf } from "./story";
import { type Balancer, type Routed, unexplained, type Visitor } from "./visitor";

const idleSeconds = 1800;
/** Three failed checks, a second apart, make a node DOWN; one good check makes it UP. */
const noticesDownMs = 3_000;
const noticesUpMs = 1_000;

/**
 * A HAProxy with `cookie … insert indirect nocache maxidle 30m`, `balance
 * roundrobin`, `option redispatch` and `retries 1`. Its flags, redispatches and
 * state lines are those that a real 2.6 wrote in the lab for each case.
 */
export class Edge implements Balancer {
  #turn = 0;

  constructor(
    readonly name: string,
    readonly source: string,
    private readonly cookie: string,
    private readonly lagMs: number,
    private readonly story: Story,
    private readonly chance: Chance,
  ) {}

  /** The spell for which this HAProxy holds a node to be down or in maintenance. */
  #outFor(node: string, at: EpochMs): Spell | null {
    return (
      this.story.spells.find((spell) => {
        if (spell.node !== node || spell.trouble === "draining") return false;
        const [from, to] = this.#seen(spell);
        return at >= from && at < to;
      }) ?? null
    );
  }

  #seen(spell: Spell): [EpochMs, EpochMs] {
    if (spell.trouble !== "dead") return [spell.from, spell.to];
    return [spell.from + noticesDownMs + this.lagMs, spell.to + noticesUpMs + this.lagMs];
  }

  /** The next node in turn that takes new sessions and is not `but`. */
  #next(at: EpochMs, but: ShopNode | null): ShopNode | null {
    for (let step = 0; step < shopNodes.length; step += 1) {
      this.#turn = (this.#turn + 1) % shopNodes.length;
      const node = shopNodes[this.#turn];
      if (!node || node === but || this.#outFor(node.name, at)) continue;
      if (troubleOf(this.story, node.name, at) !== "draining") return node;
    }
    return null;
  }

  route(visitor: Visitor, at: EpochMs): Routed {
    const step = Math.floor(at / 4000);
    const held = visitor.habit === "drops-cookie" ? undefined : visitor.bindings.get(this.cookie);
    const named = shopNodes.find((node) => node.name === held?.node) ?? null;
    let third = "N";
    let fourth = "N";
    let node: ShopNode | null = null;
    let why: Cause | null = null;
    if (held && named) {
      const spell = this.#outFor(named.name, at);
      if (at / 1000 - held.step * 4 > idleSeconds) {
        third = "E";
        why = "cookie-expired";
      } else if (spell) {
        third = "D";
        why = causeOf(spell.trouble);
      } else {
        third = "V";
        node = named;
        if (held.step !== step) fourth = "U";
      }
    } else if (visitor.habit === "drops-cookie") why = "cookie-not-sent";
    if (!node) {
      node = this.#next(at, null);
      fourth = "I";
    }
    let retries = "0";
    if (node && troubleOf(this.story, node.name, at) === "dead") {
      // Refused: one retry, on another server. The line names the one that served.
      if (third === "V") {
        third = "D";
        why = "failover";
      }
      node = this.#next(at, node);
      fourth = "I";
      retries = "+1";
    }
    if (node && fourth !== "N") visitor.bindings.set(this.cookie, { node: node.name, step });
    return {
      lb: this.name,
      source: this.source,
      node,
      answered: node !== null,
      because: this.#because(visitor, node, why),
      line: (exchange) =>
        haproxyLine(
          this.name,
          shopPool,
          exchange,
          third + fourth,
          retries,
          this.chance.between(18, 60),
        ),
    };
  }

  #because(visitor: Visitor, node: ShopNode | null, why: Cause | null): Cause | null {
    if (!node || visitor.lastNode === null || visitor.lastNode === node.name) return null;
    if (why) return why;
    if (visitor.lastLb !== this.name) return "lb-disagreement";
    return unexplained(visitor, node, this.name);
  }

  /** What it writes of its servers' states, with the time of each line. */
  stateLines(): { at: EpochMs; text: string }[] {
    return this.story.spells.flatMap((spell) => {
      const [from, to] = this.#seen(spell);
      const server = `Server ${shopPool}/${spell.node}`;
      const left =
        "4 active and 0 backup servers left. 3 sessions active, 0 requeued, 0 remaining in queue.";
      const online = "5 active and 0 backup servers online. 0 sessions requeued, 0 total in queue.";
      const down = (reason: string) =>
        this.#state(
          129,
          from,
          `${server} is DOWN, reason: ${reason}, check duration: 1ms. ${left}`,
        );
      const up = this.#state(
        133,
        to,
        `${server} is UP, reason: Layer7 check passed, code: 200, check duration: 2ms. ${online}`,
      );
      switch (spell.trouble) {
        case "dead":
          return [down('Layer4 connection problem, info: "Connection refused"'), up];
        case "flapping":
          return [down('Layer7 wrong status, code: 503, info: "Service Unavailable"'), up];
        case "draining":
          return [
            this.#state(
              133,
              from,
              `${server} enters drain state. 4 active and 0 backup servers online. 0 sessions requeued, 0 total in queue.`,
            ),
          ];
        case "maintenance":
          return [
            this.#state(133, from, `${server} is going DOWN for maintenance. ${left}`),
            this.#state(133, to, `${server} is UP/READY (leaving forced maintenance).`),
          ];
        default:
          return [];
      }
    });
  }

  #state(priority: number, at: EpochMs, message: string): { at: EpochMs; text: string } {
    return { at, text: syslogHead(priority, at, this.name) + message };
  }
}

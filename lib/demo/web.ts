import type { Cause } from "@/lib/domain/causes";
import type { EpochMs } from "@/lib/domain/facts";
import { type Attempted, nginxLine } from "./log-lines";
import { causeOf, type ShopNode, type Story, shopNodes, troubleOf } from "./story";
import { type Balancer, type Routed, unexplained, type Visitor } from "./visitor";

/** `max_fails=1 fail_timeout=10s` */
const failTimeoutMs = 10_000;

/**
 * An NGINX with `ip_hash`: the first three octets choose the node, as
 * ngx_http_upstream_ip_hash_module reckons. It has no checks of its own: a node
 * that refuses is found out by a request, which goes on to the next.
 */
export class Web implements Balancer {
  readonly #outUntil = new Map<string, EpochMs>();

  constructor(
    readonly name: string,
    readonly source: string,
    private readonly story: Story,
  ) {}

  #choose(ip: string, isOut: (node: ShopNode) => boolean): ShopNode | null {
    const octets = ip.split(".").slice(0, 3).map(Number);
    let hash = 89;
    for (let tries = 0; tries <= 20; tries += 1) {
      for (const octet of octets) hash = (hash * 113 + octet) % 6271;
      const node = shopNodes[hash % shopNodes.length];
      if (node && !isOut(node)) return node;
    }
    return shopNodes.find((node) => !isOut(node)) ?? null;
  }

  route(visitor: Visitor, at: EpochMs): Routed {
    const attempts: Attempted[] = [];
    const isOut = (node: ShopNode) => {
      const trouble = troubleOf(this.story, node.name, at);
      return (
        trouble === "draining" ||
        trouble === "maintenance" ||
        (this.#outUntil.get(node.name) ?? 0) > at ||
        attempts.some((attempt) => attempt.node === node)
      );
    };
    let node = this.#choose(visitor.ip, isOut);
    while (node && troubleOf(this.story, node.name, at) === "dead") {
      this.#outUntil.set(node.name, at + failTimeoutMs);
      attempts.push({ node, status: 502, durationMs: 1 });
      node = this.#choose(visitor.ip, isOut);
    }
    const wasAway = visitor.awayBecause !== null;
    const because = this.#because(visitor, node, at);
    const left = visitor.lastNode === null ? null : troubleOf(this.story, visitor.lastNode, at);
    const also: Cause[] = attempts.length > 0 ? ["retry"] : [];
    // Who came while its own node was out has never been there: its way home is a remapping too.
    if (wasAway && visitor.awayBecause === null) also.push("pool-change");
    if (left) also.push(causeOf(left));
    return {
      lb: this.name,
      source: this.source,
      node,
      answered: node !== null,
      because,
      also,
      line: (exchange) =>
        nginxLine(exchange, [
          ...attempts,
          ...(exchange.node
            ? [
                {
                  node: exchange.node,
                  status: exchange.status,
                  durationMs: Math.max(exchange.durationMs - attempts.length, 1),
                },
              ]
            : []),
        ]),
    };
  }

  #because(visitor: Visitor, node: ShopNode | null, at: EpochMs): Cause | null {
    const own = this.#choose(visitor.ip, () => false);
    if (!node || !own) return null;
    const network = (ip: string) => ip.split(".").slice(0, 3).join(".");
    const trouble =
      troubleOf(this.story, own.name, at) ??
      ((this.#outUntil.get(own.name) ?? 0) > at ? ("dead" as const) : null);
    const away = trouble === null ? null : causeOf(trouble);
    const before = visitor.awayBecause;
    visitor.awayBecause = node === own ? null : (away ?? before);
    if (visitor.lastNode === null || visitor.lastNode === node.name) return null;
    if (network(visitor.ip) !== network(visitor.lastIp)) return "client-ip-change";
    return visitor.awayBecause ?? before ?? unexplained(visitor, node, this.name);
  }
}

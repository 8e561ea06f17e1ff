import type { About } from "../cause-about";
import type { Evidence } from "../evidence";
import { type Case, type Finding, passedOn } from "./case";

/** What is to be known of this cause outside its judging. */
export const about = {
  cause: "client-ip-change",
  class: "client",
  rank: 130,
  title: "Clients change their address",
  step: "Bind by a cookie instead of the client's address",
  provedBy: [["client"]],
  ink: { dark: "#5ac6bd", light: "#00837c" },
} as const satisfies About;

/**
 * Affinity by address, and the session's address changed. NGINX's `ip_hash`
 * looks at the first three octets of an IPv4 address only
 * (ngx_http_upstream_module), HAProxy's `balance source` and `stick on src` at
 * the whole.
 */
export function judge(of: Case): Finding | null {
  const { previous, request, rule } = of;
  if (previous.client === null || request.client === null) return null;
  if (previous.client === request.client || passedOn(of) !== null || of.presented !== null)
    return null;
  if (rule.method !== "source-ip" && rule.method !== null) return null;
  const evidence: Evidence[] = [
    {
      field: "client.ip",
      value: `${previous.client} → ${request.client}`,
      meaning: "the session's address changed with the node",
    },
    ...rule.evidence,
  ];
  const against: Evidence[] = [];
  const nodes = nodesByClient(of);
  const isFunction = [...nodes.values()].every((own) => own.size === 1);
  const repeats = [...nodes.keys()].filter((client) => requestsOf(of, client) >= 2).length;
  let confidence = rule.method === "source-ip" ? 0.84 + 0.1 * rule.confidence : 0.5;
  if (isFunction && repeats >= 2) {
    confidence = Math.max(confidence, 0.78);
    evidence.push({
      field: "node by client.ip",
      value: [...nodes].map(([client, own]) => `${client}: ${[...own].join(" ")}`).join(", "),
      meaning: "each address has its own node",
    });
  }
  if (of.context.logs.get(request.lb)?.format?.startsWith("nginx") && sameNetwork(of)) {
    confidence = Math.min(confidence, 0.55);
    against.push({
      field: "client.ip",
      value: request.client,
      meaning: "the first three octets are the same, which is all that ip_hash looks at",
    });
  }
  return { confidence, evidence, against };
}

function served(of: Case) {
  return [...of.before, of.request, ...of.after];
}

function requestsOf(of: Case, client: string): number {
  return served(of).filter((r) => r.client === client).length;
}

function nodesByClient(of: Case): Map<string, Set<string>> {
  const nodes = new Map<string, Set<string>>();
  for (const { client, node } of served(of))
    if (client !== null && node !== null)
      nodes.set(client, (nodes.get(client) ?? new Set()).add(node));
  return nodes;
}

function sameNetwork(of: Case): boolean {
  const network = (ip: string | null) => /^(\d+\.\d+\.\d+)\.\d+$/.exec(ip ?? "")?.[1];
  const before = network(of.previous.client);
  return before !== undefined && before === network(of.request.client);
}

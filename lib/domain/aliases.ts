import { isAddress } from "./intended";

/** How often a balancer's name for a node and an app's name for itself met on one correlation ID. */
export interface NodePair {
  lbNode: string;
  appNode: string;
  n: number;
  /** Which balancer; null or absent where that was not kept. */
  lb?: string | null;
}

/** Two names that would be one node, and were not taken for one. */
export interface AliasConflict {
  a: string;
  b: string;
  reason: string;
}

export interface Aliases {
  /** By every name that is known to belong to a node: the node's canonical name. */
  canonical: Map<string, string>;
  conflicts: AliasConflict[];
}

const FEWEST_MEETINGS = 3;
const DOMINANT = 0.8;

/** Names of one node, as far as they are known to be. */
interface Group {
  names: Set<string>;
  declared: Set<string>;
}

/**
 * Which names are one node. Declared names come first, then what one log line
 * tells (`logAliases`: a server's name with its address), then what shared
 * correlation IDs show: a pair counts when the app's name is dominant for the
 * balancer's and the balancer's for the app's (among names of its kind at its
 * balancer: two balancers may name one node differently), at least three times
 * (twice, where neither met any other) and in at least four fifths of the meetings, so that a few wrong pairs change
 * nothing. An app whose nodes all report one name merges nothing.
 *
 * The canonical name is the declared one, else a balancer's server name, else
 * the app's, else an address. The order of the arguments does not matter.
 */
export function learnAliases(
  pairs: readonly NodePair[],
  declared: readonly { name: string; addresses: readonly string[] }[] = [],
  logAliases: readonly { name: string; address: string }[] = [],
): Aliases {
  const groups = new Map<string, Group>();
  const conflicts: AliasConflict[] = [];
  const groupOf = (name: string): Group => {
    const known = groups.get(name);
    if (known !== undefined) return known;
    const made: Group = { names: new Set([name]), declared: new Set() };
    groups.set(name, made);
    return made;
  };
  const join = (a: string, b: string, reason: string) => {
    const one = groupOf(a);
    const other = groupOf(b);
    if (one === other) return;
    const declaredNames = new Set([...one.declared, ...other.declared]);
    if (declaredNames.size > 1) {
      conflicts.push({ a, b, reason: `${reason}, but both are declared as nodes of their own` });
      return;
    }
    for (const name of other.names) {
      one.names.add(name);
      groups.set(name, one);
    }
    one.declared = declaredNames;
  };

  for (const node of byText(declared, (d) => d.name)) groupOf(node.name).declared.add(node.name);
  for (const node of byText(declared, (d) => d.name))
    for (const address of [...node.addresses].sort())
      join(node.name, address, `${address} is declared as an address of ${node.name}`);

  const lbNames = new Set<string>([
    ...pairs.map((p) => p.lbNode),
    ...logAliases.map((l) => l.name),
  ]);
  const appNames = new Set(pairs.map((p) => p.appNode));
  for (const { name, address } of singleMeaning(logAliases, conflicts))
    join(name, address, `the log names ${name} at ${address}`);
  for (const pair of dominantPairs(pairs, conflicts))
    join(pair.lbNode, pair.appNode, `${pair.lbNode} and ${pair.appNode} share correlation IDs`);

  const canonical = new Map<string, string>();
  for (const [name, group] of groups) canonical.set(name, bestName(group, lbNames, appNames));
  return {
    canonical,
    conflicts: byText(conflicts, (c) => `${c.a}\u0000${c.b}\u0000${c.reason}`),
  };
}

/** Two names that were seen to meet: an app's name for itself, or an address in the same line of a log. */
export interface KnownPair {
  lb: string;
  lbNode: string;
  knownBy: string;
  other: string;
  n: number;
}

/**
 * `learnAliases` of one pool, from what is stored of it. Declarations concern
 * only nodes that were seen there under some name.
 */
export function learnPoolAliases(
  pairs: readonly KnownPair[],
  declared: readonly { name: string; addresses: readonly string[] }[],
  seen: ReadonlySet<string>,
): Aliases {
  return learnAliases(
    pairs.flatMap(({ lb, lbNode, knownBy, other, n }) =>
      knownBy === "app" ? [{ lb, lbNode, appNode: other, n }] : [],
    ),
    declared.filter(({ name, addresses }) => [name, ...addresses].some((one) => seen.has(one))),
    pairs.flatMap(({ lbNode, knownBy, other }) =>
      knownBy === "log" ? [{ name: lbNode, address: other }] : [],
    ),
  );
}

function byText<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

/** Pairs of a log's name and address, without those whose address stands for several names. */
function singleMeaning(
  logAliases: readonly { name: string; address: string }[],
  conflicts: AliasConflict[],
) {
  const namesAt = new Map<string, Set<string>>();
  for (const { name, address } of logAliases)
    namesAt.set(address, (namesAt.get(address) ?? new Set()).add(name));
  return byText(logAliases, (l) => `${l.name}\u0000${l.address}`).filter(({ name, address }) => {
    const names = [...(namesAt.get(address) ?? [])].sort();
    if (names.length < 2) return true;
    if (name === names[0])
      conflicts.push({
        a: names[0],
        b: names[1] ?? "",
        reason: `the log names both at ${address}`,
      });
    return false;
  });
}

function dominantPairs(pairs: readonly NodePair[], conflicts: AliasConflict[]): NodePair[] {
  const kindOf = (pair: NodePair) =>
    `${pair.lb ?? ""}\u0000${isAddress(pair.lbNode) ? "address" : "name"}`;
  const sums = new Map<string, NodePair & { kind: string }>();
  for (const pair of pairs) {
    const kind = kindOf(pair);
    const key = [kind, pair.lbNode, pair.appNode].join("\u0000");
    const known = sums.get(key);
    if (known === undefined) sums.set(key, { ...pair, kind });
    else known.n += pair.n;
  }
  const totals = new Map<string, number>();
  const add = (key: string, n: number) => totals.set(key, (totals.get(key) ?? 0) + n);
  const fromLb = (p: NodePair & { kind: string }) => `lb\u0000${p.kind}\u0000${p.lbNode}`;
  const fromApp = (p: NodePair & { kind: string }) => `app\u0000${p.kind}\u0000${p.appNode}`;
  for (const sum of sums.values()) {
    add(fromLb(sum), sum.n);
    add(fromApp(sum), sum.n);
  }
  const learned: NodePair[] = [];
  for (const sum of byText(
    [...sums.values()],
    (p) => `${p.lbNode}\u0000${p.appNode}\u0000${p.kind}`,
  )) {
    const ofLb = sum.n / (totals.get(fromLb(sum)) ?? sum.n);
    const ofApp = sum.n / (totals.get(fromApp(sum)) ?? sum.n);
    const isEnough = sum.n >= FEWEST_MEETINGS || (sum.n === 2 && ofLb === 1 && ofApp === 1);
    if (isEnough && ofLb >= DOMINANT && ofApp >= DOMINANT) learned.push(sum);
    else if (Math.max(ofLb, ofApp) >= 0.3 && sum.n >= 2 * FEWEST_MEETINGS)
      conflicts.push({
        a: sum.lbNode,
        b: sum.appNode,
        reason: `met ${sum.n} times: ${Math.round(ofLb * 100)} % of ${sum.lbNode}, ${Math.round(ofApp * 100)} % of ${sum.appNode}`,
      });
  }
  return learned;
}

function bestName(
  group: Group,
  lbNames: ReadonlySet<string>,
  appNames: ReadonlySet<string>,
): string {
  const names = [...group.names].sort();
  const named = (name: string) => !isAddress(name);
  return (
    [...group.declared].sort()[0] ??
    names.find((name) => lbNames.has(name) && named(name)) ??
    names.find((name) => appNames.has(name) && named(name)) ??
    names.find(named) ??
    names[0] ??
    ""
  );
}

import type { Cause } from "@/lib/domain/causes";
import type { ChangeKind, EpochMs } from "@/lib/domain/facts";

/** A node of the demo's shop: balancers call it by name or address, the app calls itself by its host. */
export interface ShopNode {
  name: string;
  address: string;
  host: string;
  /** How much slower than the others it answers. */
  slowness: number;
  /** How far its clock is ahead. */
  clockSkewMs: number;
}

export const shopNodes: readonly ShopNode[] = [1, 2, 3, 4, 5].map((index) => ({
  name: `app${index}`,
  address: `10.20.0.${10 + index}:8080`,
  host: `shop-app-${index}`,
  slowness: index === 4 ? 1.6 : 1,
  clockSkewMs: index === 2 ? 340 : 0,
}));

/** Why a node is not to be had for a while. */
export type Trouble = "dead" | "flapping" | "draining" | "maintenance";

export interface Spell {
  node: string;
  trouble: Trouble;
  from: EpochMs;
  to: EpochMs;
}

export interface Window {
  from: EpochMs;
  to: EpochMs;
}

export interface StoryChange {
  at: EpochMs;
  kind: ChangeKind;
  title: string;
  node?: string;
  lb?: string;
  url?: string;
  author?: string;
}

/** What happens to the shop, and when. */
export interface Story {
  spells: Spell[];
  /** While one lasts, some visitors reach the two edges in turn. */
  splits: Window[];
  /** While one lasts, the session store answers nobody; a part of what it knew is gone afterwards. */
  outages: Window[];
  changes: StoryChange[];
}

const second = 1000;
const minute = 60 * second;

/** The cause of the moves that a trouble makes. */
export function causeOf(trouble: Trouble): Cause {
  if (trouble === "dead") return "failover";
  return trouble === "flapping" ? "health-flap" : "drain";
}

/**
 * The story around `now`: three hours of a shop's day behind it (a node lost,
 * a health check that flaps, a DNS mistake, a rolling deploy, a store that
 * restarts) and some minutes ahead, so that a live screen has something to show.
 */
export function storyAround(now: EpochMs): Story {
  const at = (minutes: number) => now + minutes * minute;
  const spells: Spell[] = [
    { node: "app4", trouble: "dead", from: at(-164), to: at(-157) },
    ...flapping("app2", at(-92), 7),
    ...deploy(at(-54)),
    { node: "app3", trouble: "dead", from: at(-31), to: at(-26.5) },
    { node: "app5", trouble: "dead", from: at(1.5), to: at(3) },
    ...flapping("app1", at(5.5), 3),
  ];
  const rollout = spells.filter((spell) => spell.trouble === "draining");
  const dead = spells.filter((spell) => spell.trouble === "dead");
  const returned = spells.filter((spell) => spell.trouble === "maintenance");
  return {
    spells,
    splits: [
      { from: at(-128), to: at(-119) },
      { from: at(-13), to: at(-7) },
    ],
    outages: [{ from: at(-20), to: at(-19.5) }],
    changes: [
      {
        at: at(-128),
        kind: "config",
        title: "DNS: edge-1 and edge-2 in one record",
        author: "mara",
      },
      { at: at(-119), kind: "config", title: "DNS: one edge per region again", author: "mara" },
      {
        at: at(-54.5),
        kind: "deploy",
        title: "Deploy shop 4.12.0 (rolling)",
        url: "https://ci.shop.example/deploys/4120",
        author: "release-bot",
      },
      ...rollout.map((spell) => ({
        at: spell.from,
        kind: "node-drain" as const,
        title: `Rollout 4.12.0: ${spell.node} out of the hash and the target group`,
        node: spell.node,
        author: "release-bot",
      })),
      ...dead.flatMap((spell) => [
        {
          at: spell.from + 2 * second,
          kind: "node-down" as const,
          title: `Monitoring: ${spell.node} does not answer`,
          node: spell.node,
          author: "monitoring",
        },
        {
          at: spell.to,
          kind: "node-up" as const,
          title: `Monitoring: ${spell.node} answers again`,
          node: spell.node,
          author: "monitoring",
        },
      ]),
      ...returned.map((spell) => ({
        at: spell.to,
        kind: "node-up" as const,
        title: `Rollout 4.12.0: ${spell.node} back with the new version`,
        node: spell.node,
        author: "release-bot",
      })),
      { at: at(-20), kind: "other", title: "Redis: primary restarted, replica promoted" },
      { at: at(-13), kind: "config", title: "DNS: edge-1 and edge-2 in one record", author: "jon" },
      { at: at(-7), kind: "config", title: "DNS change taken back", author: "jon" },
    ],
  };
}

/** A check that fails for eighteen seconds and recovers, again and again. */
function flapping(node: string, from: EpochMs, times: number): Spell[] {
  return Array.from({ length: times }, (_, cycle) => {
    const start = from + cycle * 55 * second;
    return { node, trouble: "flapping", from: start, to: start + 18 * second };
  });
}

/** Node after node: a minute of draining, then half a minute of maintenance while the new version starts. */
function deploy(from: EpochMs): Spell[] {
  return shopNodes.flatMap((node, index): Spell[] => {
    const start = from + index * 2.5 * minute;
    const stop = start + minute;
    return [
      { node: node.name, trouble: "draining", from: start, to: stop },
      { node: node.name, trouble: "maintenance", from: stop, to: stop + 35 * second },
    ];
  });
}

export function isWithin(windows: Window[], at: EpochMs): boolean {
  return windows.some((window) => at >= window.from && at < window.to);
}

/** The trouble that a node truly has. */
export function troubleOf(story: Story, node: string, at: EpochMs): Trouble | null {
  const spell = story.spells.find((one) => one.node === node && at >= one.from && at < one.to);
  return spell?.trouble ?? null;
}

"use client";

import { useQuery } from "@tanstack/react-query";
import { usePathname, useRouter } from "next/navigation";
import { useMemo } from "react";
import { useCarriedHref, usePool, useRange } from "@/lib/browser/page-state";
import { alertsOptions } from "@/lib/browser/queries/alerts";
import { changesOptions } from "@/lib/browser/queries/changes";
import { nodesOptions } from "@/lib/browser/queries/nodes";
import { poolsOptions } from "@/lib/browser/queries/pools";
import { sourcesOptions } from "@/lib/browser/queries/sources";
import { type Shortcut, useShortcutList } from "@/lib/browser/shortcuts";
import { changeLabel } from "@/lib/view/change-words";
import { countOf } from "@/lib/view/numbers";
import type { Findable } from "@/lib/view/palette";
import { rangePresets } from "@/lib/view/time-range";
import { epochOf, formatDayClock } from "@/lib/view/times";
import type { IconName } from "../ui/icon";
import { logOutForm } from "./log-out";
import { pages, settingsPage } from "./nav";

export interface Command extends Findable {
  icon: IconName;
  /** What stands at the end of its line. */
  note?: string;
  /** The keys that do the same. */
  keys?: string;
  run: () => void;
}

/** Keys that move within what is shown make no sense by name. */
const unnamed = new Set(["j", "k", "n", "=", "Escape", "Mod+k", "Enter"]);
const aroundMs = 15 * 60_000;
const pagesOfPool = ["/", "/sessions", "/nodes", "/alerts", "/compare"];

/** All that the palette can go to or do on this page; asks for names only while it is open. */
export function useCommands(open: boolean, zone: string): Command[] {
  const go = useGoTo();
  const shortcuts = useShortcutList();
  const { range, setRange } = useRange();
  const [, choosePool] = usePool();
  const path = usePathname();
  const { from, to } = range;
  const enabled = open;
  const { data: pools } = useQuery({ ...poolsOptions(), enabled });
  const { data: nodes } = useQuery({ ...nodesOptions({ from, to }), enabled });
  const { data: sources } = useQuery({ ...sourcesOptions(), enabled });
  const { data: alerts } = useQuery({ ...alertsOptions(), enabled });
  const { data: changes } = useQuery({ ...changesOptions({ from, to }), enabled });

  return useMemo(() => {
    const firing = (alerts?.items ?? []).filter(({ state }) => state !== "resolved");
    const lbs = [...new Set((pools?.items ?? []).flatMap((pool) => pool.lbs))].sort();
    const showPool = (pool: string) =>
      pagesOfPool.includes(path) ? choosePool(pool) : go("/", { pool });
    const all: (Command | Command[])[] = [
      [...pages, settingsPage].map((page) => ({
        id: `page ${page.path}`,
        group: "Pages",
        label: page.label,
        words: "go to page",
        icon: page.icon,
        keys: `g ${page.key}`,
        run: () => go(page.path),
      })),
      lists(go),
      firing.map((alert) => ({
        id: `alert ${alert.id}`,
        group: "Alerts",
        label: alert.title,
        words: `${alert.pool ?? ""} ${alert.cause ?? ""} ${alert.state}`,
        icon: "alerts",
        note: [alert.pool, alert.state].filter(Boolean).join(", "),
        run: () => go(`/alerts/${alert.id}`),
      })),
      actions(shortcuts),
      (pools?.items ?? []).map((pool) => ({
        id: `pool ${pool.name}`,
        group: "Pools",
        label: pool.name,
        words: `pool ${pool.affinity?.method ?? ""}`,
        icon: "pool",
        note: countOf(pool.nodes, "node"),
        run: () => showPool(pool.name),
      })),
      (nodes?.items ?? []).map((node) => ({
        id: `node ${node.pool} ${node.name}`,
        group: "Nodes",
        label: node.name,
        words: `node ${node.pool} ${node.aliases.map(({ name }) => name).join(" ")} ${node.state}`,
        icon: "nodes",
        note: node.pool,
        run: () => go("/sessions", { node: node.name, pool: node.pool }),
      })),
      lbs.map((lb) => ({
        id: `lb ${lb}`,
        group: "Load balancers",
        label: lb,
        words: "balancer lb",
        icon: "lb",
        note: "bounces through it",
        run: () => go("/sessions", { tab: "bounces", lb }),
      })),
      (sources?.items ?? []).map((source) => ({
        id: `source ${source.name}`,
        group: "Sources",
        label: source.name,
        words: `source log ${source.format}`,
        icon: "sources",
        note: source.format,
        run: () => go("/sources"),
      })),
      (changes?.items ?? []).map((change) => ({
        id: `change ${change.id}`,
        group: "Changes",
        label: changeLabel(change),
        words: `${change.title} ${change.kind} ${change.pool ?? ""} ${change.node ?? ""} ${change.author ?? ""}`,
        icon: "deploy",
        note: formatDayClock(epochOf(change.at), zone, "second"),
        run: () =>
          go("/", {
            from: new Date(epochOf(change.at) - aroundMs).toISOString(),
            to: new Date(epochOf(change.at) + aroundMs).toISOString(),
            ...(change.pool ? { pool: change.pool } : {}),
          }),
      })),
      rangePresets.map((preset) => ({
        id: `range ${preset.from}`,
        group: "Time ranges",
        label: preset.label,
        words: `time range ${preset.from}`,
        icon: "clock",
        run: () => setRange({ from: preset.from, to: "now" }),
      })),
    ];
    return all.flat();
  }, [alerts, changes, choosePool, go, nodes, path, pools, setRange, shortcuts, sources, zone]);
}

type GoTo = (path: string, more?: Record<string, string | null>) => void;

function useGoTo(): GoTo {
  const router = useRouter();
  const href = useCarriedHref();
  return useMemo(() => (path, more) => router.push(href(path, more)), [router, href]);
}

function lists(go: GoTo): Command[] {
  const open = (id: string, label: string, words: string, more: Record<string, string>) => ({
    id: `list ${id}`,
    group: "Lists",
    label,
    words,
    icon: "filter" as const,
    run: () => go("/sessions", more),
  });
  return [
    open("bounces", "All bounces", "list evidence cause", { tab: "bounces" }),
    open("lost", "Lost sessions", "list loss missing", { tab: "lost" }),
    open("ping-pong", "Sessions that ping-pong", "list", { pingPong: "true" }),
    open("by-lb", "Bounces by balancer", "group count lb", { tab: "bounces", group: "lb" }),
    open("by-cause", "Bounces by cause", "group count", { tab: "bounces", group: "cause" }),
  ];
}

/** What the keys of this page do, and what has no key. */
function actions(shortcuts: readonly Shortcut[]): Command[] {
  const once = new Map(
    shortcuts
      .filter(({ keys }) => !unnamed.has(keys) && !keys.startsWith("g "))
      .map((shortcut) => [shortcut.does, shortcut]),
  );
  const named = [...once.values()].map(
    ({ keys, does, run }): Command => ({
      id: `do ${keys}`,
      group: "Actions",
      label: does,
      icon: "play",
      keys,
      run,
    }),
  );
  const form = typeof document === "undefined" ? null : document.getElementById(logOutForm);
  return [
    ...named,
    {
      id: "do print",
      group: "Actions",
      label: "Print this page",
      words: "paper pdf",
      icon: "print",
      run: () => window.print(),
    },
    ...(form instanceof HTMLFormElement
      ? [
          {
            id: "do log-out",
            group: "Actions",
            label: "Log out",
            icon: "log-out" as const,
            run: () => form.requestSubmit(),
          },
        ]
      : []),
  ];
}

"use client";

import { useQuery } from "@tanstack/react-query";
import { usePool } from "@/lib/browser/page-state";
import { poolsOptions } from "@/lib/browser/queries/pools";
import { useShortcut } from "@/lib/browser/shortcuts";
import { countOf } from "@/lib/view/numbers";
import { Icon } from "../ui/icon";
import { LongName } from "../ui/long-name";
import { Popover, PopRow } from "../ui/popover";

const triggerId = "pool-menu";

export function PoolMenu() {
  const [pool, choose] = usePool();
  const { data } = useQuery(poolsOptions());
  useShortcut("p", "Choose the pool", () => document.getElementById(triggerId)?.click());
  const pools = data?.items ?? [];
  return (
    <Popover
      id={triggerId}
      trigger={
        <>
          <Icon name="pool" />
          <span className="text-fg-2">Pool</span>
          <b>
            <LongName name={pool ?? "all"} />
          </b>
          <Icon name="chevron-down" />
        </>
      }
    >
      {(close) => (
        <>
          <PopRow
            current={pool === null}
            onChoose={() => {
              choose(null);
              close();
            }}
          >
            All pools
          </PopRow>
          {pools.map((candidate) => (
            <PopRow
              key={candidate.name}
              current={candidate.name === pool}
              onChoose={() => {
                choose(candidate.name);
                close();
              }}
            >
              <b>
                <LongName name={candidate.name} />
              </b>
              <span className="ml-auto pl-4 text-12 text-fg-2">
                {countOf(candidate.nodes, "node")}
                {candidate.affinity ? `, ${affinityWords(candidate.affinity)}` : ""}
              </span>
            </PopRow>
          ))}
        </>
      )}
    </Popover>
  );
}

function affinityWords(affinity: { method: string; cookie: string | null }): string {
  return affinity.cookie ? `${affinity.method} ${affinity.cookie}` : affinity.method;
}

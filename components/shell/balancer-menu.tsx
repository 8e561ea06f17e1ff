"use client";

import { useBalancers } from "@/lib/browser/balancers";
import { useBalancer } from "@/lib/browser/page-state";
import { useShortcut } from "@/lib/browser/shortcuts";
import { Icon } from "../ui/icon";
import { LongName } from "../ui/long-name";
import { Popover, PopRow } from "../ui/popover";

const triggerId = "balancer-menu";

/** One of several load balancers; where there is only one, there is nothing to choose. */
export function BalancerMenu() {
  const [lb, choose] = useBalancer();
  const names = useBalancers();
  useShortcut("b", "Choose the load balancer", () => document.getElementById(triggerId)?.click());
  if (names.length < 2 && lb === null) return null;
  return (
    <Popover
      id={triggerId}
      trigger={
        <>
          <Icon name="lb" />
          <span className="text-fg-2">LB</span>
          <b>
            <LongName name={lb ?? "all"} />
          </b>
          <Icon name="chevron-down" />
        </>
      }
    >
      {(close) => {
        const take = (name: string | null) => {
          choose(name);
          close();
        };
        return (
          <>
            <PopRow current={lb === null} onChoose={() => take(null)}>
              All balancers
            </PopRow>
            {names.map((name) => (
              <PopRow key={name} current={name === lb} onChoose={() => take(name)}>
                <b>
                  <LongName name={name} />
                </b>
              </PopRow>
            ))}
          </>
        );
      }}
    </Popover>
  );
}

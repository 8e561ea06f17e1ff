"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "@/components/ui/link";
import { latestBounces } from "@/lib/browser/board-params";
import { useKnownNodes } from "@/lib/browser/node-ordinals";
import { useBalancer, useCarriedHref, useRangeParams } from "@/lib/browser/page-state";
import { bouncesOptions } from "@/lib/browser/queries/bounces";
import { CauseChip } from "../ui/cause-chip";
import { Icon } from "../ui/icon";
import { NodeName } from "../ui/node-mark";
import { Panel } from "../ui/panel";
import { Answer, Empty } from "../ui/states";
import { Time } from "../ui/time";

/** The newest bounces of the range. */
export function LatestBounces() {
  const params = useRangeParams();
  const [lb] = useBalancer();
  const href = useCarriedHref();
  const known = useKnownNodes();
  const question = useInfiniteQuery(bouncesOptions(latestBounces(params, lb)));
  return (
    <Panel
      title="Latest bounces"
      actions={
        <Link className="link" href={href("/sessions", { tab: "bounces" })}>
          All bounces
        </Link>
      }
    >
      <Answer question={question} what="the latest bounces">
        {({ pages }) => {
          const bounces = pages.flatMap((page) => page.items);
          if (bounces.length === 0)
            return <Empty title="None in this range">Every session stayed on its node.</Empty>;
          return (
            <ul className="bounce-list">
              {bounces.map((bounce) => (
                <li key={bounce.id}>
                  <Link
                    href={href(`/sessions/${bounce.session}`, {
                      from: null,
                      to: null,
                      request: bounce.requestId,
                    })}
                  >
                    <span className="flex items-center gap-2">
                      <NodeName
                        name={bounce.from}
                        ordinal={known.ordinalOf(bounce.from, bounce.pool)}
                      />
                      <span className="text-fg-3">
                        <span className="vh">to</span>
                        <Icon name="arrow-right" size={12} />
                      </span>
                      <NodeName
                        name={bounce.to}
                        ordinal={known.ordinalOf(bounce.to, bounce.pool)}
                      />
                      <span className="ml-auto font-mono text-12 text-fg-2">
                        <Time at={bounce.at} />
                      </span>
                    </span>
                    <span className="flex items-center gap-2 text-12 text-fg-2">
                      <CauseChip cause={bounce.cause} />
                      {bounce.isReturn && <span className="text-fg-3">return</span>}
                      <code className="ml-auto text-fg-3">{bounce.session.slice(0, 12)}</code>
                    </span>
                  </Link>
                </li>
              ))}
            </ul>
          );
        }}
      </Answer>
    </Panel>
  );
}

"use client";

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { CauseChip } from "@/components/ui/cause-chip";
import { NodeName } from "@/components/ui/node-mark";
import { Answer, Empty } from "@/components/ui/states";
import { Heading, Table } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import { type KnownNodes, useKnownNodes } from "@/lib/browser/node-ordinals";
import { usePool, useRange, useRangeParams } from "@/lib/browser/page-state";
import { bounceGroupsOptions } from "@/lib/browser/queries/bounces";
import { causes } from "@/lib/domain/causes";
import type { BounceGrouping, BounceGroups } from "@/lib/schemas/lists";
import { formatCount, formatPercent } from "@/lib/view/numbers";
import { rangeInWords } from "@/lib/view/time-range";
import type { SetSessionUrl } from "./filters";
import { groupWords } from "./list-tools";
import { groupsAsked, type SessionUrl } from "./session-params";

type Group = BounceGroups["items"][number];

/** How many bounces each balancer, cause, node or pool has; pressing a row lists them. */
export function BounceGroupTable({
  by,
  url,
  setUrl,
}: {
  by: BounceGrouping;
  url: SessionUrl;
  setUrl: SetSessionUrl;
}) {
  const params = useRangeParams();
  const question = useQuery(bounceGroupsOptions({ ...groupsAsked(params, url), by }));
  const { range } = useRange();
  const [, choosePool] = usePool();
  const known = useKnownNodes();
  const open = ({ key, to }: Group) => {
    if (by === "pool") choosePool(key);
    void setUrl({ group: null, ...filterOf(by, key, to) });
  };
  return (
    <Answer question={question} what="the groups">
      {({ items }) => {
        const all = items.reduce((sum, item) => sum + item.bounces, 0);
        const most = items[0]?.bounces ?? 1;
        if (all === 0)
          return (
            <Empty title={`No such bounces ${rangeInWords(range)}`}>
              Widen the range or clear the filters.
            </Empty>
          );
        return (
          <Table
            caption={`Bounces by ${groupWords[by].toLowerCase()}`}
            className="ss-groups"
            head={
              <>
                <Heading>{groupWords[by]}</Heading>
                <Heading num>Bounces</Heading>
                <Heading>
                  <span className="vh">Share</span>
                </Heading>
                <Heading num>Unexplained</Heading>
                <Heading num>Sessions</Heading>
                <Heading>First</Heading>
                <Heading>Last</Heading>
              </>
            }
          >
            {items.map((item) => (
              <tr key={`${item.key} ${item.to ?? ""}`} className="link-row">
                <td>
                  <button type="button" className="cover ss-way" onClick={() => open(item)}>
                    {nameOf(by, item, known)}
                  </button>
                </td>
                <td className="num">
                  <b>{formatCount(item.bounces)}</b>
                </td>
                <td className="ss-share">
                  <span className="ss-share-bar" aria-hidden="true">
                    <b style={{ width: `${(item.bounces / most) * 100}%` }} />
                  </span>
                  {formatPercent(item.bounces / all, 0)}
                </td>
                <td className="num">{formatCount(item.unexplained)}</td>
                <td className="num">{formatCount(item.sessions)}</td>
                <td className="text-fg-2">
                  <Time at={item.first} />
                </td>
                <td className="text-fg-2">
                  <Time at={item.last} />
                </td>
              </tr>
            ))}
          </Table>
        );
      }}
    </Answer>
  );
}

const noName = <span className="text-fg-3">not named</span>;

function nameOf(by: BounceGrouping, { key, to }: Group, known: KnownNodes): ReactNode {
  const node = (name: string) =>
    name === "" ? noName : <NodeName name={name} ordinal={known.ordinalOf(name)} />;
  switch (by) {
    case "cause": {
      const cause = causes.find((candidate) => candidate === key);
      return cause ? <CauseChip cause={cause} withClass /> : key;
    }
    case "from":
    case "to":
      return node(key);
    case "move":
      return (
        <>
          {node(key)}
          <span className="ss-to">to</span>
          {node(to ?? "")}
        </>
      );
    case "lb":
    case "pool":
      return key || noName;
  }
}

function filterOf(by: BounceGrouping, key: string, to: string | null): Partial<SessionUrl> {
  switch (by) {
    case "cause":
      return { cause: causes.find((candidate) => candidate === key) ?? null };
    case "from":
      return { left: key };
    case "to":
      return { reached: key };
    case "move":
      return { left: key, reached: to };
    case "lb":
      return { lb: key };
    case "pool":
      return {};
  }
}

"use client";

import { useQuery } from "@tanstack/react-query";
import { Panel } from "@/components/ui/panel";
import { Answer, Empty } from "@/components/ui/states";
import { Heading, Table } from "@/components/ui/table";
import { Tag } from "@/components/ui/tag";
import { useRangeParams } from "@/lib/browser/page-state";
import { poolsOptions } from "@/lib/browser/queries/pools";
import type { AffinityFound as Found, Pool } from "@/lib/schemas/pools";
import { countOf, formatCount, formatDuration, formatPercent } from "@/lib/view/numbers";

/** Which affinity the traffic of each balancer shows, beside what was declared, and how its cookies were followed. */
export function AffinityFound() {
  const { pool } = useRangeParams();
  const question = useQuery(poolsOptions());
  return (
    <Panel title="Affinity as found" note="in the newest traffic of each balancer">
      <Answer question={question} what="the affinity">
        {({ items }) => {
          const pools = items.filter((item) => pool === undefined || item.name === pool);
          const rows = pools.flatMap((item) => item.found.map((found) => ({ pool: item, found })));
          if (rows.length === 0)
            return (
              <Empty title="Too little traffic to tell">
                It shows after a few sessions of several requests each.
              </Empty>
            );
          return (
            <>
              <Table
                caption="Affinity as found, by balancer"
                head={
                  <>
                    <Heading>Balancer</Heading>
                    <Heading>Pool</Heading>
                    <Heading>Declared</Heading>
                    <Heading>Found</Heading>
                    <Heading num>Sure</Heading>
                    <Heading num>Cookie set</Heading>
                    <Heading num>Sent back</Heading>
                    <Heading num>Idle time</Heading>
                    <Heading num>Life time</Heading>
                    <Heading num>Not at the cookie’s node</Heading>
                  </>
                }
              >
                {rows.map(({ pool: of, found }) => (
                  <FoundRow key={`${of.name} ${found.lb}`} pool={of} found={found} />
                ))}
              </Table>
              {pools.map((item) => (
                <Disagreements key={item.name} pool={item} />
              ))}
            </>
          );
        }}
      </Answer>
    </Panel>
  );
}

function FoundRow({ pool, found }: { pool: Pool; found: Found }) {
  const { declared } = found;
  return (
    <tr>
      <td>
        <b>{found.lb || "–"}</b>
      </td>
      <td className="text-fg-2">{pool.name}</td>
      <td className="text-fg-2">
        {declared ? [declared.method, declared.cookie].filter(Boolean).join(" ") : "not declared"}
      </td>
      <td>
        {[found.method, found.cookie].filter(Boolean).join(" ")}
        {found.mismatch && (
          <span className="flex items-center gap-2 pt-1">
            <Tag tone="warn">differs</Tag>
            <span className="text-12 text-fg-2">{found.mismatch}</span>
          </span>
        )}
      </td>
      <td className="num">{formatPercent(found.confidence, 0)}</td>
      <td className="num">{formatPercent(found.setShare, 0)}</td>
      <td className="num">{formatPercent(found.presentedShare, 0)}</td>
      <td className="num">{seconds(found.idleSeconds)}</td>
      <td className="num">{seconds(found.lifeSeconds)}</td>
      <td className="num">
        {found.named === 0 ? (
          "–"
        ) : (
          <>
            <b className={found.elsewhere > 0 ? "text-bad" : ""}>{formatCount(found.elsewhere)}</b>{" "}
            <span className="text-fg-3">{`of ${formatCount(found.named)}`}</span>
          </>
        )}
      </td>
    </tr>
  );
}

function seconds(value: number | null): string {
  return value === null ? "–" : formatDuration(value * 1000);
}

const most = 8;

/** The cookie values that the balancers of a pool read differently: their node maps disagree. */
function Disagreements({ pool: { name, disagreements } }: { pool: Pool }) {
  if (disagreements.length === 0) return null;
  return (
    <div className="px-4 py-3 text-12">
      <p className="flex items-center gap-2">
        <Tag tone="bad">node maps disagree</Tag>
        <span>
          {`${countOf(disagreements.length, "cookie value")} of ${name} ${disagreements.length === 1 ? "names" : "name"} another node at another balancer.`}
        </span>
      </p>
      <ul className="grid gap-1 pt-2">
        {disagreements.slice(0, most).map(({ value, nodes }) => (
          <li key={value} className="break-words">
            <code>{value}</code>
            {`: ${nodes.map(({ lb, node }) => `${node} at ${lb}`).join(", ")}`}
          </li>
        ))}
      </ul>
      {disagreements.length > most && (
        <p className="pt-1 text-fg-3">{`${countOf(disagreements.length - most, "more value")}.`}</p>
      )}
    </div>
  );
}

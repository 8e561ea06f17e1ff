"use client";

import { useQuery } from "@tanstack/react-query";
import { poolsOptions } from "@/lib/browser/queries/pools";
import { objectivesOptions } from "@/lib/browser/queries/weekly";
import { Panel } from "../ui/panel";
import { Answer } from "../ui/states";
import { Heading, Table } from "../ui/table";
import { ObjectiveChoice } from "../weekly/objective-menu";

/** The continuity rate that is aimed at, for all pools and for each. */
export function ObjectivesTable() {
  const question = useQuery(objectivesOptions());
  const { data } = useQuery(poolsOptions());
  return (
    <Panel title="Continuity objective">
      <p className="set-note">
        The share of sessions that should neither bounce without a good reason nor be lost.
      </p>
      <Answer question={question} what="the objectives">
        {(known) => {
          const named = [
            ...(data?.items ?? []).map(({ name }) => name),
            ...Object.keys(known.pools),
          ];
          return (
            <Table
              caption="Continuity objective"
              head={
                <>
                  <Heading>Pool</Heading>
                  <Heading>Objective</Heading>
                </>
              }
            >
              {[null, ...new Set(named)].map((pool) => (
                <tr key={pool ?? ""}>
                  <td>
                    {pool === null ? <b>All pools</b> : pool}
                    {pool !== null && known.pools[pool] === undefined && (
                      <span className="text-fg-3"> as all</span>
                    )}
                  </td>
                  <td>
                    <ObjectiveChoice
                      known={known}
                      pool={pool}
                      label={`Objective of ${pool ?? "all pools"}`}
                    />
                  </td>
                </tr>
              ))}
            </Table>
          );
        }}
      </Answer>
    </Panel>
  );
}

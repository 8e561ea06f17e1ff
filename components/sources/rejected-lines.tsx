"use client";

import { useQuery } from "@tanstack/react-query";
import { rejectsOptions } from "@/lib/browser/queries/rejects";
import { sourcesOptions } from "@/lib/browser/queries/sources";
import { countOf, formatCount } from "@/lib/view/numbers";
import { Button } from "../ui/button";
import { Panel } from "../ui/panel";
import { Answer, Empty } from "../ui/states";
import { Heading, Table } from "../ui/table";
import { Time } from "../ui/time";

const newestLines = 100;

/** Lines that could not be read, by reason, and the newest of them. */
export function RejectedLines({
  source,
  onSource,
  onTest,
}: {
  source: string | null;
  onSource: (source: string | null) => void;
  onTest: (line: string, source: string) => void;
}) {
  const { data: sources } = useQuery(sourcesOptions());
  const question = useQuery(
    rejectsOptions({
      from: "now-7d",
      to: "now",
      limit: newestLines,
      ...(source ? { source } : {}),
    }),
  );
  return (
    <>
      <div className="panel-head">
        <label className="text-12 text-fg-2" htmlFor="rejected-source">
          Of
        </label>
        <select
          id="rejected-source"
          className="input !w-auto"
          value={source ?? ""}
          onChange={(event) => onSource(event.target.value || null)}
        >
          <option value="">every source</option>
          {(sources?.items ?? []).map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
        <span className="text-12 text-fg-2">in the last 7 days</span>
      </div>
      <Answer question={question} what="the rejected lines">
        {({ items, byReason }) =>
          byReason.length === 0 && items.length === 0 ? (
            <Empty title="No line was rejected">Every line of these days could be read.</Empty>
          ) : (
            <>
              <Panel title="By reason" note={countOf(byReason.length, "reason")}>
                <Table
                  caption="Rejected lines by reason"
                  head={
                    <>
                      <Heading>Reason</Heading>
                      <Heading num>Lines</Heading>
                    </>
                  }
                >
                  {byReason.map(({ reason, count }) => (
                    <tr key={reason}>
                      <td>{reason}</td>
                      <td className="num">{formatCount(count)}</td>
                    </tr>
                  ))}
                </Table>
              </Panel>
              <Panel title="Newest" note={countOf(items.length, "line")}>
                <Table
                  caption="Newest rejected lines"
                  head={
                    <>
                      <Heading>Received</Heading>
                      <Heading>Source</Heading>
                      <Heading>Reason</Heading>
                      <Heading>Line</Heading>
                      <Heading />
                    </>
                  }
                >
                  {items.map((reject, index) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the same line may come twice at one instant
                    <tr key={`${reject.at}-${index}`}>
                      <td>
                        <Time at={reject.at} />
                      </td>
                      <td>{reject.source}</td>
                      <td>{reject.reason}</td>
                      <td className="max-w-[520px] truncate" title={reject.text}>
                        <code>{reject.text}</code>
                      </td>
                      <td className="num">
                        <Button small onClick={() => onTest(reject.text, reject.source)}>
                          Test
                        </Button>
                      </td>
                    </tr>
                  ))}
                </Table>
              </Panel>
            </>
          )
        }
      </Answer>
    </>
  );
}

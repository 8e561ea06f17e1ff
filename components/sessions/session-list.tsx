"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { CauseChip } from "@/components/ui/cause-chip";
import { Icon } from "@/components/ui/icon";
import { JourneyStrip } from "@/components/ui/journey-strip";
import Link from "@/components/ui/link";
import { NodeName } from "@/components/ui/node-mark";
import { Answer, Empty } from "@/components/ui/states";
import { Time } from "@/components/ui/time";
import { type KnownNodes, useKnownNodes } from "@/lib/browser/node-ordinals";
import { useCarriedHref, useRange, useRangeParams } from "@/lib/browser/page-state";
import { type SessionSort, sessionsOptions } from "@/lib/browser/queries/sessions";
import { useWindowRows } from "@/lib/browser/window-rows";
import { useZone } from "@/lib/browser/zone";
import type { SessionRow } from "@/lib/schemas/results";
import { formatCount } from "@/lib/view/numbers";
import { rangeInWords } from "@/lib/view/time-range";
import { formatRange } from "@/lib/view/times";
import { columnChoices, shownColumns } from "./columns";
import type { SetSessionUrl } from "./filters";
import { Gap, Held, MoreRows, useRowKeys, useRows } from "./list-parts";
import { isFiltered, noFilters, type SessionUrl, sessionsAsked } from "./session-params";

const rowHeight = 30;

export function SessionList({ url, setUrl }: { url: SessionUrl; setUrl: SetSessionUrl }) {
  const params = useRangeParams();
  const options = sessionsOptions(sessionsAsked(params, url));
  const question = useInfiniteQuery(options);
  const rows = useRows(question.data);
  const { range } = useRange();
  return (
    <Answer question={question} what="sessions">
      {() => {
        if (rows.length === 0 && !question.hasNextPage)
          return (
            <Empty
              title={`No ${isFiltered(url) ? "such sessions" : "sessions"} ${rangeInWords(range)}`}
              actions={
                isFiltered(url) && (
                  <Button small onClick={() => void setUrl(noFilters)}>
                    Clear the filters
                  </Button>
                )
              }
            >
              A session shows here as soon as one of its requests does. Widen the range or clear the
              filters.
            </Empty>
          );
        return (
          <div className={question.isPlaceholderData ? "ss-stale" : ""}>
            <Held question={question} queryKey={options.queryKey} />
            {rows.length > 0 && <Rows rows={rows} url={url} setUrl={setUrl} />}
            <MoreRows
              shown={rows.length}
              what={rows.length === 1 ? "session" : "sessions"}
              hasMore={question.hasNextPage}
              loading={question.isFetchingNextPage}
              error={question.isFetchNextPageError ? question.error : null}
              more={() => void question.fetchNextPage()}
            />
          </div>
        );
      }}
    </Answer>
  );
}

interface Column {
  key: string;
  num?: boolean;
  /** The order in which this column's largest come first. */
  sort?: SessionSort;
  cell: (row: SessionRow) => ReactNode;
}

const none = <span className="text-fg-3">–</span>;
const count = (value: number) => (
  <span className={value > 0 ? "" : "text-fg-3"}>{formatCount(value)}</span>
);
const quiet = (content: ReactNode) => <span className="text-fg-2">{content}</span>;

/** How each column is drawn; the journey needs the page's range and nodes. */
function columnsOf(range: { from: number; to: number }, known: KnownNodes): Column[] {
  return [
    {
      key: "journey",
      cell: (row) => <JourneyStrip session={row} from={range.from} to={range.to} known={known} />,
    },
    { key: "bounces", num: true, sort: "worst", cell: (row) => <Bounces row={row} /> },
    { key: "unexplained", num: true, cell: (row) => count(row.unexplained) },
    { key: "returns", num: true, cell: (row) => count(row.returns) },
    {
      key: "lost",
      num: true,
      sort: "lost",
      cell: (row) => (
        <span className={row.lost > 0 ? "font-semibold text-bad" : "text-fg-3"}>
          {formatCount(row.lost)}
        </span>
      ),
    },
    {
      key: "mainCause",
      cell: (row) => (row.mainCause ? <CauseChip cause={row.mainCause} /> : none),
    },
    {
      key: "requests",
      num: true,
      sort: "requests",
      cell: (row) => quiet(formatCount(row.requests)),
    },
    { key: "client", cell: (row) => <span className="mono text-fg-2">{row.client ?? "–"}</span> },
    {
      key: "nodes",
      cell: (row) => (
        <span className="inline-flex gap-2">
          {row.nodes.map((node) => (
            <NodeName key={node} name={node} ordinal={known.ordinalOf(node, row.pool)} />
          ))}
        </span>
      ),
    },
    { key: "lbs", cell: (row) => quiet(row.lbs.join(", ")) },
    { key: "pool", cell: (row) => quiet(row.pool) },
    { key: "firstSeen", cell: (row) => quiet(<Time at={row.firstSeen} />) },
    {
      key: "lastBounce",
      cell: (row) => (row.lastBounce ? quiet(<Time at={row.lastBounce} />) : none),
    },
    { key: "lastSeen", sort: "latest", cell: (row) => quiet(<Time at={row.lastSeen} />) },
  ];
}

function Bounces({ row }: { row: SessionRow }) {
  return (
    <>
      {row.bounces > 0 ? <b>{formatCount(row.bounces)}</b> : <span className="text-fg-3">0</span>}
      {row.pingPong && (
        <span className="ss-pingpong" title="Came back to a node that it had left, at least twice">
          ping-pong
        </span>
      )}
    </>
  );
}

function Rows({
  rows,
  url,
  setUrl,
}: {
  rows: SessionRow[];
  url: SessionUrl;
  setUrl: SetSessionUrl;
}) {
  const { virtual, box, above, below, focus } = useWindowRows(rows.length, rowHeight);
  const known = useKnownNodes();
  const { resolved } = useRange();
  const { zone } = useZone();
  const href = useCarriedHref();
  useRowKeys(rows.length, "session", focus);
  const shown = shownColumns("sessions", url.cols);
  const labels = new Map(columnChoices.sessions.map(({ key, label }) => [key, label]));
  const columns = columnsOf(resolved, known).filter(({ key }) => shown.has(key));
  const classOf = ({ key, num }: Column) =>
    [num ? "num" : "", key === "journey" ? "ss-journey" : "", shown.classOf(key)]
      .filter(Boolean)
      .join(" ") || undefined;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard
    <section className="table-scroll" tabIndex={0} aria-label="Sessions" ref={box}>
      <table className="table ss-table" aria-rowcount={rows.length + 1}>
        <caption className="vh">Sessions with their way over the nodes</caption>
        <thead>
          <tr>
            <th scope="col">Session</th>
            {columns.map((column) => {
              const { key, sort } = column;
              const label = labels.get(key);
              return (
                <th
                  key={key}
                  scope="col"
                  className={classOf(column)}
                  aria-sort={sort && url.sort === sort ? "descending" : undefined}
                  suppressHydrationWarning
                >
                  {sort ? (
                    <button type="button" className="sort" onClick={() => void setUrl({ sort })}>
                      {label}
                      {url.sort === sort && <Icon name="arrow-down" size={11} />}
                    </button>
                  ) : key === "journey" ? (
                    `Journey, ${formatRange(resolved.from, resolved.to, zone, resolved.to)}`
                  ) : (
                    label
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          <Gap height={above} columns={columns.length + 1} />
          {virtual.getVirtualItems().map(({ index }) => {
            const row = rows[index];
            return row ? (
              <tr
                key={`${row.pool} ${row.id}`}
                className="link-row"
                data-index={index}
                aria-rowindex={index + 2}
              >
                <td className="mono">
                  <Link
                    className="cover"
                    href={href(`/sessions/${row.id}`, { from: null, to: null })}
                    prefetch={false}
                  >
                    {row.id.slice(0, 12)}
                  </Link>
                </td>
                {columns.map((column) => (
                  <td key={column.key} className={classOf(column)}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            ) : null;
          })}
          <Gap height={below} columns={columns.length + 1} />
        </tbody>
      </table>
    </section>
  );
}

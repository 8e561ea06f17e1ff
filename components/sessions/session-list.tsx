"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { CauseChip } from "@/components/ui/cause-chip";
import { JourneyStrip } from "@/components/ui/journey-strip";
import { Answer, Empty } from "@/components/ui/states";
import { Time } from "@/components/ui/time";
import { type KnownNodes, useKnownNodes } from "@/lib/browser/node-ordinals";
import { useCarriedHref, useRange, useRangeParams } from "@/lib/browser/page-state";
import { sessionsOptions } from "@/lib/browser/queries/sessions";
import { useWindowRows } from "@/lib/browser/window-rows";
import { useZone } from "@/lib/browser/zone";
import type { SessionRow } from "@/lib/schemas/results";
import { formatCount } from "@/lib/view/numbers";
import { rangeInWords } from "@/lib/view/time-range";
import { formatRange } from "@/lib/view/times";
import { Gap, MoreRows, useRowKeys } from "./list-parts";
import { type SessionUrl, sessionsAsked } from "./session-params";

const rowHeight = 30;

export function SessionList({ url }: { url: SessionUrl }) {
  const params = useRangeParams();
  const question = useInfiniteQuery(sessionsOptions(sessionsAsked(params, url)));
  const { range } = useRange();
  return (
    <Answer question={question} what="sessions">
      {({ pages }) => {
        const rows = pages.flatMap((page) => page.items);
        if (rows.length === 0)
          return (
            <Empty title={`No such sessions ${rangeInWords(range)}`}>
              A session shows here as soon as one of its requests does. Widen the range or clear the
              filters.
            </Empty>
          );
        return (
          <div className={question.isPlaceholderData ? "ss-stale" : ""}>
            <Rows rows={rows} />
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

function Rows({ rows }: { rows: SessionRow[] }) {
  const { virtual, box, above, below, focus } = useWindowRows(rows.length, rowHeight);
  const known = useKnownNodes();
  const { resolved } = useRange();
  const { zone } = useZone();
  const href = useCarriedHref();
  useRowKeys(rows.length, "session", focus);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard
    <section className="table-scroll" tabIndex={0} aria-label="Sessions" ref={box}>
      <table className="table ss-table" aria-rowcount={rows.length + 1}>
        <caption className="vh">Sessions with their way over the nodes</caption>
        <thead>
          <tr>
            <th scope="col">Session</th>
            <th scope="col" className="ss-journey" suppressHydrationWarning>
              {`Journey, ${formatRange(resolved.from, resolved.to, zone, resolved.to)}`}
            </th>
            <th scope="col" className="num">
              Bounces
            </th>
            <th scope="col" className="num ss-wide">
              Unexplained
            </th>
            <th scope="col" className="num">
              Lost
            </th>
            <th scope="col">Main cause</th>
            <th scope="col" className="num ss-wide">
              Requests
            </th>
            <th scope="col" className="ss-wide">
              Client
            </th>
            <th scope="col" className="ss-wide">
              Last bounce
            </th>
            <th scope="col">Last seen</th>
          </tr>
        </thead>
        <tbody>
          <Gap height={above} columns={10} />
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            return row ? (
              <Row
                key={`${row.pool} ${row.id}`}
                row={row}
                index={item.index}
                href={href(`/sessions/${row.id}`, { from: null, to: null })}
                range={resolved}
                known={known}
              />
            ) : null;
          })}
          <Gap height={below} columns={10} />
        </tbody>
      </table>
    </section>
  );
}

function Row({
  row,
  index,
  href,
  range,
  known,
}: {
  row: SessionRow;
  index: number;
  href: string;
  range: { from: number; to: number };
  known: KnownNodes;
}) {
  return (
    <tr className="link-row" data-index={index} aria-rowindex={index + 2}>
      <td className="mono">
        <Link className="cover" href={href} prefetch={false}>
          {row.id.slice(0, 12)}
        </Link>
      </td>
      <td className="ss-journey">
        <JourneyStrip session={row} from={range.from} to={range.to} known={known} />
      </td>
      <td className="num">
        {row.bounces > 0 ? <b>{formatCount(row.bounces)}</b> : <span className="text-fg-3">0</span>}
        {row.pingPong && (
          <span
            className="ss-pingpong"
            title="Came back to a node that it had left, at least twice"
          >
            ping-pong
          </span>
        )}
      </td>
      <td className="num ss-wide">
        <span className={row.unexplained > 0 ? "" : "text-fg-3"}>
          {formatCount(row.unexplained)}
        </span>
      </td>
      <td className="num">
        <span className={row.lost > 0 ? "font-semibold text-bad" : "text-fg-3"}>
          {formatCount(row.lost)}
        </span>
      </td>
      <td>
        {row.mainCause ? <CauseChip cause={row.mainCause} /> : <span className="text-fg-3">–</span>}
      </td>
      <td className="num ss-wide text-fg-2">{formatCount(row.requests)}</td>
      <td className="mono ss-wide text-fg-2">{row.client ?? "–"}</td>
      <td className="ss-wide text-fg-2">
        {row.lastBounce ? <Time at={row.lastBounce} /> : <span className="text-fg-3">–</span>}
      </td>
      <td className="text-fg-2">
        <Time at={row.lastSeen} />
      </td>
    </tr>
  );
}

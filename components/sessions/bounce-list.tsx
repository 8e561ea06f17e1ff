"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { FixButton } from "@/components/fix/fix-button";
import { Button } from "@/components/ui/button";
import { CauseChip } from "@/components/ui/cause-chip";
import { CopyButton } from "@/components/ui/copy-button";
import { Icon } from "@/components/ui/icon";
import Link from "@/components/ui/link";
import { NodeName } from "@/components/ui/node-mark";
import { Answer, Empty } from "@/components/ui/states";
import { Time } from "@/components/ui/time";
import { useKnownNodes } from "@/lib/browser/node-ordinals";
import { useCarriedHref, useRange, useRangeParams } from "@/lib/browser/page-state";
import { bouncesOptions } from "@/lib/browser/queries/bounces";
import { useSlide } from "@/lib/browser/slide-rows";
import { useWindowRows } from "@/lib/browser/window-rows";
import type { Bounce } from "@/lib/schemas/results";
import { rangeInWords } from "@/lib/view/time-range";
import { confidenceWord } from "@/lib/view/timeline-story";
import { columnChoices, shownColumns } from "./columns";
import { EvidenceRows } from "./evidence";
import type { SetSessionUrl } from "./filters";
import { Gap, Held, MoreRows, TimeHeading, useRowKeys, useRows } from "./list-parts";
import { bouncesAsked, isFiltered, noFilters, type SessionUrl } from "./session-params";

const rowHeight = 30;

export function BounceList({ url, setUrl }: { url: SessionUrl; setUrl: SetSessionUrl }) {
  const params = useRangeParams();
  const options = bouncesOptions(bouncesAsked(params, url));
  const question = useInfiniteQuery(options);
  const rows = useRows(question.data);
  const { range } = useRange();
  return (
    <Answer question={question} what="bounces">
      {() => {
        if (rows.length === 0 && !question.hasNextPage)
          return (
            <Empty
              title={`No ${isFiltered(url) ? "such " : ""}bounces ${rangeInWords(range)}`}
              actions={
                isFiltered(url) && (
                  <Button small onClick={() => void setUrl(noFilters)}>
                    Clear the filters
                  </Button>
                )
              }
            >
              {isFiltered(url)
                ? "No bounce in this range passes the filters."
                : "Every session's request that is known here stayed on its node."}
            </Empty>
          );
        return (
          <div className={question.isPlaceholderData ? "ss-stale" : ""}>
            <Held question={question} queryKey={options.queryKey} />
            {rows.length > 0 && (
              <Rows
                rows={rows}
                url={url}
                onOpen={(open) => void setUrl({ open }, { history: "replace" })}
              />
            )}
            <MoreRows
              shown={rows.length}
              what={rows.length === 1 ? "bounce" : "bounces"}
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
  /** Stands before the way from node to node. */
  first?: boolean;
  cell: (row: Bounce) => ReactNode;
}

const columns: Column[] = [
  {
    key: "session",
    first: true,
    cell: (row) => <span className="mono">{row.session.slice(0, 12)}</span>,
  },
  { key: "cause", cell: (row) => <CauseChip cause={row.cause} /> },
  { key: "confidence", cell: (row) => <Sure confidence={row.confidence} /> },
  { key: "class", cell: (row) => <span className="text-fg-2">{row.class}</span> },
  {
    key: "path",
    cell: (row) => (
      <span className="mono ss-path text-fg-2" title={row.path ?? undefined}>
        {row.path ?? "–"}
      </span>
    ),
  },
  { key: "lb", cell: (row) => <span className="text-fg-2">{row.lb}</span> },
  { key: "pool", cell: (row) => <span className="text-fg-2">{row.pool}</span> },
  {
    key: "correlation",
    cell: (row) => <span className="mono ss-path text-fg-2">{row.correlationId ?? "–"}</span>,
  },
];

function Rows({
  rows,
  url,
  onOpen,
}: {
  rows: Bounce[];
  url: SessionUrl;
  onOpen: (id: string | null) => void;
}) {
  const { virtual, box, above, below, focus } = useWindowRows(rows.length, rowHeight);
  useRowKeys(rows.length, "bounce", focus);
  useSlide(box, rows);
  const known = useKnownNodes();
  const choice = shownColumns("bounces", url.cols);
  const labels = new Map(columnChoices.bounces.map(({ key, label }) => [key, label]));
  const shown = columns.filter(({ key }) => choice.has(key));
  const count = shown.length + 2;
  const head = ({ key }: Column) => (
    <th key={key} scope="col" className={choice.classOf(key)}>
      {labels.get(key)}
    </th>
  );
  const draw = (row: Bounce) => (column: Column) => (
    <td key={column.key} className={choice.classOf(column.key)}>
      {column.cell(row)}
    </td>
  );
  const before = shown.filter(({ first }) => first);
  const after = shown.filter(({ first }) => !first);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard
    <section className="table-scroll" tabIndex={0} aria-label="Bounces" ref={box}>
      <table className="table ss-table" aria-rowcount={rows.length + 1}>
        <caption className="vh">Bounces, by time, with cause and evidence</caption>
        <thead>
          <tr>
            <th scope="col" aria-sort={url.order === "oldest" ? "ascending" : "descending"}>
              <TimeHeading />
            </th>
            {before.map(head)}
            <th scope="col">From, to</th>
            {after.map(head)}
          </tr>
        </thead>
        {above > 0 && (
          <tbody>
            <Gap height={above} columns={count} />
          </tbody>
        )}
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          const isOpen = row.id === url.open;
          return (
            <tbody key={row.id} ref={virtual.measureElement} data-index={item.index}>
              <tr className={`link-row ${isOpen ? "selected" : ""}`} aria-rowindex={item.index + 2}>
                <td className="mono">
                  <Time at={row.at} precision="millisecond" />
                </td>
                {before.map(draw(row))}
                <td>
                  <button
                    type="button"
                    className="cover ss-way"
                    aria-expanded={isOpen}
                    onClick={() => onOpen(isOpen ? null : row.id)}
                  >
                    <Icon name={isOpen ? "chevron-down" : "chevron-right"} size={12} />
                    <NodeName name={row.from} ordinal={known.ordinalOf(row.from, row.pool)} />
                    <span className="ss-to">{row.isReturn ? "back to" : "to"}</span>
                    <NodeName name={row.to} ordinal={known.ordinalOf(row.to, row.pool)} />
                  </button>
                </td>
                {after.map(draw(row))}
              </tr>
              {isOpen && (
                <tr className="ss-open">
                  <td colSpan={count}>
                    <Proof row={row} />
                  </td>
                </tr>
              )}
            </tbody>
          );
        })}
        {below > 0 && (
          <tbody>
            <Gap height={below} columns={count} />
          </tbody>
        )}
      </table>
    </section>
  );
}

function Proof({ row }: { row: Bounce }) {
  const href = useCarriedHref();
  return (
    <>
      <EvidenceRows evidence={row.evidence} />
      {row.cause === "unknown" && (
        <Link className="link text-12" href="/sources">
          What each log can prove
        </Link>
      )}
      <div className="ss-links">
        <Link
          className="btn sm"
          href={href(`/sessions/${row.session}`, { from: null, to: null, request: row.requestId })}
        >
          Open on the timeline
        </Link>
        <FixButton cause={row.cause} lb={row.lb} />
        {row.correlationId && (
          <>
            <span className="mono text-fg-3">{row.correlationId}</span>
            <CopyButton text={row.correlationId} />
          </>
        )}
      </div>
    </>
  );
}

function Sure({ confidence }: { confidence: number }) {
  return (
    <span className="ss-sure">
      <i aria-hidden="true">
        <b style={{ width: `${confidence * 100}%` }} />
      </i>
      {`${Math.round(confidence * 100)}%`}
      <span className="text-fg-3">{confidenceWord(confidence)}</span>
    </span>
  );
}

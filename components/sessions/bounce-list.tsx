"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { CauseChip } from "@/components/ui/cause-chip";
import { CopyButton } from "@/components/ui/copy-button";
import { Icon } from "@/components/ui/icon";
import { NodeName } from "@/components/ui/node-mark";
import { Answer, Empty } from "@/components/ui/states";
import { Time } from "@/components/ui/time";
import { useKnownNodes } from "@/lib/browser/node-ordinals";
import { useCarriedHref, useRange, useRangeParams } from "@/lib/browser/page-state";
import { bouncesOptions } from "@/lib/browser/queries/bounces";
import { useWindowRows } from "@/lib/browser/window-rows";
import type { Bounce } from "@/lib/schemas/results";
import { rangeInWords } from "@/lib/view/time-range";
import { confidenceWord } from "@/lib/view/timeline-story";
import { EvidenceRows } from "./evidence";
import type { SetSessionUrl } from "./filters";
import { Gap, MoreRows, useRowKeys } from "./list-parts";
import { bouncesAsked, type SessionUrl } from "./session-params";

const rowHeight = 30;
const columns = 8;

export function BounceList({ url, setUrl }: { url: SessionUrl; setUrl: SetSessionUrl }) {
  const params = useRangeParams();
  const question = useInfiniteQuery(bouncesOptions(bouncesAsked(params, url)));
  const { range } = useRange();
  return (
    <Answer question={question} what="bounces">
      {({ pages }) => {
        const rows = pages.flatMap((page) => page.items);
        if (rows.length === 0)
          return (
            <Empty
              title={`No ${url.cause || url.node ? "such " : ""}bounces ${rangeInWords(range)}`}
            >
              Every session's request that is known here stayed on its node.
            </Empty>
          );
        return (
          <div className={question.isPlaceholderData ? "ss-stale" : ""}>
            <Rows
              rows={rows}
              open={url.open}
              onOpen={(open) => void setUrl({ open }, { history: "replace" })}
            />
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

function Rows({
  rows,
  open,
  onOpen,
}: {
  rows: Bounce[];
  open: string | null;
  onOpen: (id: string | null) => void;
}) {
  const { virtual, box, above, below, focus } = useWindowRows(rows.length, rowHeight);
  useRowKeys(rows.length, "bounce", focus);
  const known = useKnownNodes();
  const href = useCarriedHref();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard
    <section className="table-scroll" tabIndex={0} aria-label="Bounces" ref={box}>
      <table className="table ss-table" aria-rowcount={rows.length + 1}>
        <caption className="vh">Bounces, newest first, with cause and evidence</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Session</th>
            <th scope="col">From, to</th>
            <th scope="col">Cause</th>
            <th scope="col">Confidence</th>
            <th scope="col" className="ss-wide">
              Class
            </th>
            <th scope="col" className="ss-wide">
              LB
            </th>
            <th scope="col" className="ss-wide">
              Pool
            </th>
          </tr>
        </thead>
        {above > 0 && (
          <tbody>
            <Gap height={above} columns={columns} />
          </tbody>
        )}
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          const isOpen = row.id === open;
          return (
            <tbody key={row.id} ref={virtual.measureElement} data-index={item.index}>
              <tr className={`link-row ${isOpen ? "selected" : ""}`} aria-rowindex={item.index + 2}>
                <td className="mono">
                  <Time at={row.at} precision="millisecond" />
                </td>
                <td className="mono">{row.session.slice(0, 12)}</td>
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
                <td>
                  <CauseChip cause={row.cause} />
                </td>
                <td>
                  <Sure confidence={row.confidence} />
                </td>
                <td className="ss-wide text-fg-2">{row.class}</td>
                <td className="ss-wide text-fg-2">{row.lb}</td>
                <td className="ss-wide text-fg-2">{row.pool}</td>
              </tr>
              {isOpen && (
                <tr className="ss-open">
                  <td colSpan={columns}>
                    <EvidenceRows evidence={row.evidence} />
                    {row.cause === "unknown" && (
                      <Link className="link text-12" href="/sources">
                        What each log can prove
                      </Link>
                    )}
                    <p className="ss-links">
                      <Link
                        className="btn sm"
                        href={href(`/sessions/${row.session}`, {
                          from: null,
                          to: null,
                          request: row.requestId,
                        })}
                      >
                        Open on the timeline
                      </Link>
                      {row.correlationId && (
                        <>
                          <span className="mono text-fg-3">{row.correlationId}</span>
                          <CopyButton text={row.correlationId} />
                        </>
                      )}
                    </p>
                  </td>
                </tr>
              )}
            </tbody>
          );
        })}
        {below > 0 && (
          <tbody>
            <Gap height={below} columns={columns} />
          </tbody>
        )}
      </table>
    </section>
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

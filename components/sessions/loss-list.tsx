"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Button, ButtonLink } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Icon } from "@/components/ui/icon";
import Link from "@/components/ui/link";
import { NodeName } from "@/components/ui/node-mark";
import { Answer, Empty } from "@/components/ui/states";
import { Time } from "@/components/ui/time";
import { useKnownNodes } from "@/lib/browser/node-ordinals";
import { useCarriedHref, useRange, useRangeParams } from "@/lib/browser/page-state";
import { lossesOptions } from "@/lib/browser/queries/losses";
import { useSlide } from "@/lib/browser/slide-rows";
import { useWindowRows } from "@/lib/browser/window-rows";
import type { Loss } from "@/lib/schemas/results";
import { rangeInWords } from "@/lib/view/time-range";
import { columnChoices, shownColumns } from "./columns";
import { EvidenceRows } from "./evidence";
import type { SetSessionUrl } from "./filters";
import { Gap, Held, MoreRows, TimeHeading, useRowKeys, useRows } from "./list-parts";
import { isFiltered, lossesAsked, noFilters, type SessionUrl } from "./session-params";

const rowHeight = 30;

/** What lost it, in a few words. */
const lostWords = {
  routing: "it was sent to a node without its state",
  storage: "it stayed on its node, the session store did not have it",
  client: "the client brought an ID that was never given out here",
} as const;

export function LossList({ url, setUrl }: { url: SessionUrl; setUrl: SetSessionUrl }) {
  const params = useRangeParams();
  const options = lossesOptions(lossesAsked(params, url));
  const question = useInfiniteQuery(options);
  const rows = useRows(question.data);
  const { range } = useRange();
  return (
    <Answer question={question} what="lost sessions">
      {() => {
        if (rows.length === 0 && !question.hasNextPage)
          return (
            <Empty
              title={`No ${isFiltered(url) ? "such session" : "session"} was lost ${rangeInWords(range)}`}
              actions={
                isFiltered(url) ? (
                  <Button small onClick={() => void setUrl(noFilters)}>
                    Clear the filters
                  </Button>
                ) : (
                  <ButtonLink small href="/sources">
                    See the sources
                  </ButtonLink>
                )
              }
            >
              A loss is known from the app's session.missing events. Without them, only bounces
              show.
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
              what={rows.length === 1 ? "loss" : "losses"}
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
  url,
  onOpen,
}: {
  rows: Loss[];
  url: SessionUrl;
  onOpen: (id: string | null) => void;
}) {
  const { virtual, box, above, below, focus } = useWindowRows(rows.length, rowHeight);
  useRowKeys(rows.length, "loss", focus);
  useSlide(box, rows);
  const known = useKnownNodes();
  const href = useCarriedHref();
  const choice = shownColumns("lost", url.cols);
  const columns = choice.count + 2;
  const labels = new Map(columnChoices.lost.map(({ key, label }) => [key, label]));
  const head = (key: string) =>
    choice.has(key) && (
      <th scope="col" className={choice.classOf(key)}>
        {labels.get(key)}
      </th>
    );
  const cell = (key: string, content: ReactNode) =>
    choice.has(key) && <td className={choice.classOf(key)}>{content}</td>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard
    <section className="table-scroll" tabIndex={0} aria-label="Lost sessions" ref={box}>
      <table className="table ss-table" aria-rowcount={rows.length + 1}>
        <caption className="vh">Lost sessions, newest first, with what lost them</caption>
        <thead>
          <tr>
            <th scope="col">
              <TimeHeading />
            </th>
            <th scope="col">Session</th>
            {head("node")}
            {head("lostTo")}
            {head("correlation")}
            {head("pool")}
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
          const isOpen = row.id === url.open;
          return (
            <tbody key={row.id} ref={virtual.measureElement} data-index={item.index}>
              <tr className={`link-row ${isOpen ? "selected" : ""}`} aria-rowindex={item.index + 2}>
                <td className="mono">
                  <Time at={row.at} precision="millisecond" />
                </td>
                <td className="mono">
                  <button
                    type="button"
                    className="cover ss-way"
                    aria-expanded={isOpen}
                    onClick={() => onOpen(isOpen ? null : row.id)}
                  >
                    <Icon name={isOpen ? "chevron-down" : "chevron-right"} size={12} />
                    {row.session.slice(0, 12)}
                  </button>
                </td>
                {cell(
                  "node",
                  row.node === null ? (
                    <span className="text-fg-3">not told</span>
                  ) : (
                    <NodeName name={row.node} ordinal={known.ordinalOf(row.node, row.pool)} />
                  ),
                )}
                {cell("lostTo", <LostTo lostTo={row.lostTo} />)}
                {cell(
                  "correlation",
                  <span className="mono text-fg-2">{row.correlationId ?? "–"}</span>,
                )}
                {cell("pool", <span className="text-fg-2">{row.pool}</span>)}
              </tr>
              {isOpen && (
                <tr className="ss-open">
                  <td colSpan={columns}>
                    <EvidenceRows evidence={row.evidence} />
                    <p className="ss-links">
                      <Link
                        className="btn sm"
                        href={href(`/sessions/${row.session}`, {
                          from: null,
                          to: null,
                          filter: "missing",
                        })}
                      >
                        Open the timeline
                      </Link>
                      {row.correlationId && (
                        <CopyButton text={row.correlationId} label="Copy correlation ID" />
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

function LostTo({ lostTo }: Pick<Loss, "lostTo">) {
  if (lostTo === null) return <span className="text-fg-2">not proved</span>;
  return (
    <>
      <b className="text-bad">{lostTo}</b>{" "}
      <span className="text-fg-2 hide-s">{lostWords[lostTo]}</span>
    </>
  );
}

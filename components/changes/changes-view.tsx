"use client";

import "./changes.css";
import { useQuery } from "@tanstack/react-query";
import { useQueryStates } from "nuqs";
import { useState } from "react";
import Link from "@/components/ui/link";
import { useCarriedHref, usePool, useRange, useRangeParams } from "@/lib/browser/page-state";
import { changesOptions } from "@/lib/browser/queries/changes";
import { useShortcut } from "@/lib/browser/shortcuts";
import { changeKinds } from "@/lib/domain/facts";
import type { ListedChange } from "@/lib/schemas/changes";
import { ContextBar } from "../shell/context-bar";
import { Button, IconButton } from "../ui/button";
import { ChangeMark, changeWord } from "../ui/change-mark";
import { Icon } from "../ui/icon";
import { Panel } from "../ui/panel";
import { Popover, PopRow } from "../ui/popover";
import { Answer, Empty } from "../ui/states";
import { Heading, Table } from "../ui/table";
import { Time } from "../ui/time";
import { ChangeDialog } from "./change-dialog";
import { changeParams, changesAsked } from "./change-kinds";
import { ChangeVerdict } from "./change-verdict";

/** What was changed, and what it did to stickiness. */
export function ChangesView() {
  const [url, setUrl] = useQueryStates(changeParams, { history: "push" });
  const [pool] = usePool();
  const { setRange } = useRange();
  const range = useRangeParams();
  const question = useQuery(changesOptions(changesAsked(range, url)));
  const [form, setForm] = useState<{ known: ListedChange | null } | null>(null);
  useShortcut("m", "Note a change", () => setForm({ known: null }));
  return (
    <>
      <ContextBar>
        <KindMenu value={url.kind} onChange={(kind) => void setUrl({ kind })} />
      </ContextBar>
      <h1 className="vh">Changes</h1>
      <Panel
        className="ch-page"
        title="Changes"
        note="the verdict is on session continuity, 30 min before and after, with its 95% interval"
        actions={
          <Button icon="plus" onClick={() => setForm({ known: null })}>
            Note a change
          </Button>
        }
      >
        <Answer question={question} what="the changes">
          {({ items, nextCursor }) =>
            items.length === 0 ? (
              <Empty
                title="No change in this range"
                actions={
                  <Button onClick={() => setRange({ from: "now-7d", to: "now" })}>
                    Look at the last 7 days
                  </Button>
                }
              >
                Pipelines post them to /api/v1/changes; docs/changes.md shows how. Node states come
                from the logs by themselves.
              </Empty>
            ) : (
              <>
                <Rows items={items} onEdit={(known) => setForm({ known })} />
                {nextCursor !== null && (
                  <p className="ch-more">The newest {items.length} are shown. Narrow the range.</p>
                )}
              </>
            )
          }
        </Answer>
      </Panel>
      <ChangeDialog
        open={form !== null}
        onClose={() => setForm(null)}
        known={form?.known ?? null}
        start={{ at: null, pool }}
      />
    </>
  );
}

function Rows({
  items,
  onEdit,
}: {
  items: ListedChange[];
  onEdit: (change: ListedChange) => void;
}) {
  const href = useCarriedHref();
  return (
    <Table
      caption="Changes with their verdicts"
      head={
        <>
          <Heading>Change</Heading>
          <Heading>When</Heading>
          <Heading>Stickiness</Heading>
          <Heading>Pool</Heading>
          <Heading>Kind</Heading>
          <Heading>Node or balancer</Heading>
          <Heading>Who</Heading>
          <Heading>
            <span className="vh">Actions</span>
          </Heading>
        </>
      }
    >
      {items.map((change) => (
        <tr key={change.id} className="link-row">
          <td>
            <Link className="cover ch-title" href={href("/compare", { change: change.id })}>
              <ChangeMark kind={change.kind} />
              <b>{change.title}</b>
            </Link>
          </td>
          <td>
            <Time at={change.at} />
          </td>
          <td>
            <ChangeVerdict change={change} />
          </td>
          <td>{change.pool ?? <span className="text-fg-3">all</span>}</td>
          <td className="text-fg-2">{changeWord(change.kind)}</td>
          <td>{change.node ?? change.lb}</td>
          <td className="text-fg-2">
            {change.author ?? (change.posted ? "" : <span className="text-fg-3">a log</span>)}
          </td>
          <td className="num ch-actions">
            {change.url && (
              <a
                className="icon-btn"
                href={change.url}
                rel="noreferrer"
                target="_blank"
                title="Open its page"
                aria-label={`Open the page of ${change.title}`}
              >
                <Icon name="link" />
              </a>
            )}
            {change.posted && (
              <IconButton
                icon="edit"
                label={`Correct ${change.title}`}
                onClick={() => onEdit(change)}
              />
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}

function KindMenu({
  value,
  onChange,
}: {
  value: (typeof changeKinds)[number] | null;
  onChange: (kind: (typeof changeKinds)[number] | null) => void;
}) {
  return (
    <Popover
      trigger={
        <>
          <span className="text-fg-2">Kind</span>
          <b>{value === null ? "all" : changeWord(value)}</b>
          <Icon name="chevron-down" />
        </>
      }
    >
      {(close) =>
        [null, ...changeKinds].map((kind) => (
          <PopRow
            key={kind ?? ""}
            current={kind === value}
            onChoose={() => {
              onChange(kind);
              close();
            }}
          >
            {kind === null ? "All kinds" : changeWord(kind)}
          </PopRow>
        ))
      }
    </Popover>
  );
}

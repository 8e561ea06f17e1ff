"use client";

import type { UseQueryStatesReturn } from "nuqs";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { CauseChip } from "@/components/ui/cause-chip";
import { Icon } from "@/components/ui/icon";
import { NodeName } from "@/components/ui/node-mark";
import { Popover, PopRow } from "@/components/ui/popover";
import { Segmented } from "@/components/ui/segmented";
import { useKnownNodes } from "@/lib/browser/node-ordinals";
import { causes } from "@/lib/domain/causes";
import type { SessionUrl, sessionParams } from "./session-params";

export type SetSessionUrl = UseQueryStatesReturn<typeof sessionParams>[1];

const sorts = [
  { value: "worst" as const, label: "Most bounces" },
  { value: "lost" as const, label: "Lost" },
  { value: "latest" as const, label: "Latest" },
  { value: "requests" as const, label: "Requests" },
];

/** The filters that the tab's list knows, each in the URL. */
export function Filters({ url, setUrl }: { url: SessionUrl; setUrl: SetSessionUrl }) {
  const sessions = url.tab === "sessions";
  const byCause = url.tab !== "lost";
  const filtered = sessions
    ? Boolean(url.cause ?? url.node ?? url.client ?? url.q) ||
      url.lost ||
      url.pingPong ||
      url.bounced
    : byCause && Boolean(url.cause ?? url.node);
  if (!byCause) return null;
  return (
    <search className="ss-filters" aria-label="Filters">
      {sessions && <Words name="q" label="Session, node or address" url={url} setUrl={setUrl} />}
      <CauseFilter url={url} setUrl={setUrl} />
      <NodeFilter url={url} setUrl={setUrl} />
      {sessions && (
        <>
          <Words name="client" label="Client address" url={url} setUrl={setUrl} />
          <Toggle
            on={url.bounced}
            label="Bounced"
            onToggle={(bounced) => void setUrl({ bounced })}
          />
          <Toggle on={url.lost} label="Lost" onToggle={(lost) => void setUrl({ lost })} />
          <Toggle
            on={url.pingPong}
            label="Ping-pong"
            onToggle={(pingPong) => void setUrl({ pingPong })}
          />
        </>
      )}
      {filtered && (
        <Button
          small
          icon="close"
          onClick={() =>
            void setUrl({
              cause: null,
              node: null,
              client: null,
              q: null,
              lost: null,
              pingPong: null,
              bounced: null,
            })
          }
        >
          Clear
        </Button>
      )}
      {sessions && (
        <span className="ss-sort">
          <Segmented
            small
            label="Sort by"
            options={sorts}
            value={url.sort}
            onChange={(sort) => void setUrl({ sort })}
          />
        </span>
      )}
    </search>
  );
}

function Toggle({
  on,
  label,
  onToggle,
}: {
  on: boolean;
  label: string;
  onToggle: (on: boolean) => void;
}) {
  return (
    <Button small look={on ? "on" : "default"} aria-pressed={on} onClick={() => onToggle(!on)}>
      {label}
    </Button>
  );
}

function CauseFilter({ url, setUrl }: { url: SessionUrl; setUrl: SetSessionUrl }) {
  return (
    <Popover
      className={`btn sm ${url.cause ? "on" : ""}`}
      trigger={
        <>
          {url.cause ? <CauseChip cause={url.cause} /> : "Any cause"}
          <Icon name="chevron-down" />
        </>
      }
    >
      {(close) => {
        const choose = (cause: SessionUrl["cause"]) => {
          void setUrl({ cause });
          close();
        };
        return (
          <div className="ss-causes">
            <PopRow current={url.cause === null} onChoose={() => choose(null)}>
              Any cause
            </PopRow>
            {causes.map((cause) => (
              <PopRow key={cause} current={url.cause === cause} onChoose={() => choose(cause)}>
                <CauseChip cause={cause} withClass />
              </PopRow>
            ))}
          </div>
        );
      }}
    </Popover>
  );
}

function NodeFilter({ url, setUrl }: { url: SessionUrl; setUrl: SetSessionUrl }) {
  const known = useKnownNodes();
  const names = [...new Set(known.nodes.map((node) => node.name))];
  return (
    <Popover
      className={`btn sm ${url.node ? "on" : ""}`}
      trigger={
        <>
          {url.node ? <NodeName name={url.node} ordinal={known.ordinalOf(url.node)} /> : "Any node"}
          <Icon name="chevron-down" />
        </>
      }
    >
      {(close) => {
        const choose = (node: string | null) => {
          void setUrl({ node });
          close();
        };
        return (
          <>
            <PopRow current={url.node === null} onChoose={() => choose(null)}>
              Any node
            </PopRow>
            {names.map((name) => (
              <PopRow key={name} current={url.node === name} onChoose={() => choose(name)}>
                <NodeName name={name} ordinal={known.ordinalOf(name)} />
              </PopRow>
            ))}
          </>
        );
      }}
    </Popover>
  );
}

/** A short text that filters when it is entered, or a moment after the last letter. */
function Words({
  name,
  label,
  url,
  setUrl,
}: {
  name: "q" | "client";
  label: string;
  url: SessionUrl;
  setUrl: SetSessionUrl;
}) {
  const asked = url[name] ?? "";
  const [text, setText] = useState(asked);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => setText(asked), [asked]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const apply = (value: string) => {
    clearTimeout(timer.current);
    const trimmed = value.trim();
    if (trimmed !== asked) void setUrl({ [name]: trimmed || null }, { history: "replace" });
  };
  return (
    <form
      className={`ss-words ${name}`}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        apply(text);
      }}
    >
      <input
        className="input"
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          const { value } = event.target;
          setText(value);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => apply(value), 350);
        }}
      />
    </form>
  );
}

"use client";

import type { UseQueryStatesReturn } from "nuqs";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { CauseChip } from "@/components/ui/cause-chip";
import { Icon } from "@/components/ui/icon";
import { NodeName } from "@/components/ui/node-mark";
import { Popover, PopRow } from "@/components/ui/popover";
import { Segmented } from "@/components/ui/segmented";
import { useKnownNodes } from "@/lib/browser/node-ordinals";
import { causes } from "@/lib/domain/causes";
import { lossKinds } from "@/lib/schemas/lists";
import { SearchBox } from "./search-box";
import { isFiltered, noFilters, type SessionUrl, type sessionParams } from "./session-params";

export type SetSessionUrl = UseQueryStatesReturn<typeof sessionParams>[1];

const sorts = [
  { value: "worst" as const, label: "Most bounces" },
  { value: "lost" as const, label: "Lost" },
  { value: "latest" as const, label: "Latest" },
  { value: "requests" as const, label: "Requests" },
];
const orders = [
  { value: "latest" as const, label: "Newest" },
  { value: "oldest" as const, label: "Oldest" },
];

/** The filters that the tab's list knows, each in the URL; `children` stand at the end of the line. */
export function Filters({
  url,
  setUrl,
  children,
}: {
  url: SessionUrl;
  setUrl: SetSessionUrl;
  children: ReactNode;
}) {
  const { tab } = url;
  return (
    <search className="ss-filters" aria-label="Filters">
      <SearchBox asked={url.q} apply={(q) => void setUrl({ q }, { history: "replace" })} />
      {tab !== "lost" && <CauseFilter url={url} setUrl={setUrl} />}
      {tab === "bounces" ? (
        <>
          <NodeFilter
            label="From any node"
            word="From"
            value={url.left}
            choose={(left) => void setUrl({ left })}
          />
          <NodeFilter
            label="To any node"
            word="To"
            value={url.reached}
            choose={(reached) => void setUrl({ reached })}
          />
          {url.node && (
            <NodeFilter
              label="Any node"
              value={url.node}
              choose={(node) => void setUrl({ node })}
            />
          )}
        </>
      ) : (
        <NodeFilter label="Any node" value={url.node} choose={(node) => void setUrl({ node })} />
      )}
      {tab === "lost" && (
        <Choice
          label="Lost to anything"
          value={url.lostTo}
          options={lossKinds}
          choose={(lostTo) => void setUrl({ lostTo })}
        />
      )}
      {tab === "sessions" && <ClientFilter url={url} setUrl={setUrl} />}
      {tab === "sessions" && (
        <Toggle on={url.bounced} label="Bounced" onToggle={(bounced) => void setUrl({ bounced })} />
      )}
      {tab !== "lost" && (
        <Toggle on={url.lost} label="Lost" onToggle={(lost) => void setUrl({ lost })} />
      )}
      {tab === "sessions" && (
        <Toggle
          on={url.pingPong}
          label="Ping-pong"
          onToggle={(pingPong) => void setUrl({ pingPong })}
        />
      )}
      {isFiltered(url) && (
        <Button small icon="close" onClick={() => void setUrl(noFilters)}>
          Clear
        </Button>
      )}
      <span className="ss-end">
        {tab === "sessions" ? (
          <Segmented
            small
            label="Sort by"
            options={sorts}
            value={url.sort}
            onChange={(sort) => void setUrl({ sort })}
          />
        ) : (
          <Segmented
            small
            label="Which come first"
            options={orders}
            value={url.order}
            onChange={(order) => void setUrl({ order })}
          />
        )}
        {children}
      </span>
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
    <Choice
      label="Any cause"
      value={url.cause}
      options={causes}
      choose={(cause) => void setUrl({ cause })}
      draw={(cause) => <CauseChip cause={cause} withClass />}
      drawChosen={(cause) => <CauseChip cause={cause} />}
    />
  );
}

function NodeFilter({
  label,
  word,
  value,
  choose,
}: {
  label: string;
  word?: string;
  value: string | null;
  choose: (node: string | null) => void;
}) {
  const known = useKnownNodes();
  const names = [...new Set(known.nodes.map((node) => node.name))];
  const draw = (name: string) => <NodeName name={name} ordinal={known.ordinalOf(name)} />;
  return (
    <Choice
      label={label}
      value={value}
      options={value !== null && !names.includes(value) ? [value, ...names] : names}
      choose={choose}
      draw={draw}
      drawChosen={(name) => (
        <>
          {word && <span className="text-fg-3">{word}</span>}
          {draw(name)}
        </>
      )}
    />
  );
}

/** One of some names, or any. */
export function Choice<Value extends string>({
  label,
  value,
  options,
  choose,
  draw = (option) => option,
  drawChosen = draw,
}: {
  label: string;
  value: Value | null;
  options: readonly Value[];
  choose: (value: Value | null) => void;
  draw?: (value: Value) => ReactNode;
  drawChosen?: (value: Value) => ReactNode;
}) {
  return (
    <Popover
      className={`btn sm ${value === null ? "" : "on"}`}
      trigger={
        <>
          {value === null ? label : drawChosen(value)}
          <Icon name="chevron-down" />
        </>
      }
    >
      {(close) => {
        const take = (chosen: Value | null) => {
          choose(chosen);
          close();
        };
        return (
          <div className="ss-choices">
            <PopRow current={value === null} onChoose={() => take(null)}>
              {label}
            </PopRow>
            {options.map((option) => (
              <PopRow key={option} current={value === option} onChoose={() => take(option)}>
                {draw(option)}
              </PopRow>
            ))}
          </div>
        );
      }}
    </Popover>
  );
}

/** A client's address or network; filters when it is entered, or a moment after the last letter. */
function ClientFilter({ url, setUrl }: { url: SessionUrl; setUrl: SetSessionUrl }) {
  const asked = url.client ?? "";
  const [text, setText] = useState(asked);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => setText(asked), [asked]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const apply = (value: string) => {
    clearTimeout(timer.current);
    const client = value.trim();
    if (client !== asked) void setUrl({ client: client || null }, { history: "replace" });
  };
  return (
    <form
      className="ss-words client"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        apply(text);
      }}
    >
      <input
        className="input"
        type="search"
        aria-label="Client address"
        placeholder="Client address"
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

"use client";

import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import Link from "@/components/ui/link";
import { useKnownNodes } from "@/lib/browser/node-ordinals";
import { useCarriedHref } from "@/lib/browser/page-state";
import { lookupOptions } from "@/lib/browser/queries/sessions";
import { useShortcut } from "@/lib/browser/shortcuts";
import type { Session } from "@/lib/schemas/results";
import { countOf } from "@/lib/view/numbers";
import { Icon } from "../ui/icon";
import { NodeName } from "../ui/node-mark";
import { errorText } from "../ui/states";
import { Time } from "../ui/time";

/** Finds a session by what its log or its client calls it, or a node by its name. What is typed goes by POST only. */
export function Find() {
  const router = useRouter();
  const href = useCarriedHref();
  const lookup = useMutation(lookupOptions());
  const box = useRef<HTMLFormElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const [value, setValue] = useState("");
  const [open, setOpen] = useState(false);
  const known = useKnownNodes(open);
  useShortcut("/", "Find a session, node or client address", () => input.current?.focus());

  useEffect(() => {
    const leave = (event: Event) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", leave);
    document.addEventListener("focusin", leave);
    return () => {
      document.removeEventListener("pointerdown", leave);
      document.removeEventListener("focusin", leave);
    };
  }, []);

  const wanted = value.trim();
  const nodes =
    wanted.length > 1 ? known.nodes.filter((node) => node.name.includes(wanted)).slice(0, 5) : [];
  const close = () => {
    setOpen(false);
    setValue("");
    lookup.reset();
  };
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    if (wanted === "") return;
    setOpen(true);
    const found = await lookup.mutateAsync(wanted).catch(() => null);
    const only = found?.items.length === 1 ? found.items[0] : undefined;
    if (!only) return;
    close();
    input.current?.blur();
    router.push(href(sessionPath(only), wholeOf(only)));
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      setOpen(false);
      input.current?.blur();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const rows = [...(box.current?.querySelectorAll<HTMLElement>(".pop-row") ?? [])];
    const at = rows.findIndex((row) => row.matches(":focus"));
    const next = rows[at + (event.key === "ArrowDown" ? 1 : -1)];
    event.preventDefault();
    (next ?? input.current)?.focus();
  };
  const items = lookup.data?.items ?? [];
  const told = lookup.isPending || lookup.isError || lookup.data !== undefined;

  return (
    // biome-ignore lint/a11y/useSemanticElements: the form inside carries the submit
    <form ref={box} className="find" role="search" onSubmit={onSubmit} onKeyDown={onKey}>
      <Icon name="search" size={14} />
      <input
        ref={input}
        type="text"
        aria-label="Find a session, node or client address"
        placeholder="Session, node or client IP"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        value={value}
        onFocus={() => setOpen(true)}
        onChange={(event) => {
          setValue(event.target.value);
          setOpen(true);
          if (told) lookup.reset();
        }}
      />
      <kbd className="kbd" title="Press / to get here">
        /
      </kbd>
      {open && (told || nodes.length > 0) && (
        <div className="find-results">
          <div role="status">
            {lookup.isPending && <p className="p-2 text-fg-2">Looking it up</p>}
            {lookup.isError && <p className="p-2 text-bad">{errorText(lookup.error)}</p>}
            {lookup.data && items.length === 0 && (
              <p className="p-2 text-fg-2">
                No session by that name. It may be older than what is kept, or its log carries no
                session key.
              </p>
            )}
            {items.length > 1 && <p className="vh">{countOf(items.length, "session")} found</p>}
          </div>
          {items.map((session) => (
            <Link
              key={session.id}
              className="pop-row"
              href={href(sessionPath(session), wholeOf(session))}
              onClick={close}
            >
              <code>{session.id.slice(0, 12)}</code>
              <span className="text-fg-2">{session.pool}</span>
              <span className="ml-auto text-12 text-fg-2">
                {countOf(session.bounces, "bounce")}, <Time at={session.lastSeen} />
              </span>
            </Link>
          ))}
          {nodes.map((node) => (
            <Link
              key={`${node.pool}/${node.name}`}
              className="pop-row"
              href={href("/sessions", { node: node.name, pool: node.pool })}
              onClick={close}
            >
              <NodeName name={node.name} ordinal={node.ordinal} />
              <span className="ml-auto text-12 text-fg-2">sessions on it</span>
            </Link>
          ))}
        </div>
      )}
    </form>
  );
}

function sessionPath(session: Session): string {
  return `/sessions/${encodeURIComponent(session.id)}`;
}

/** A session's page shows the whole of it, whatever range the page before had. */
function wholeOf(session: Session): Record<string, string | null> {
  return { pool: session.pool, from: null, to: null };
}

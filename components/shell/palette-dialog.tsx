"use client";

import "./palette.css";
import { useMutation } from "@tanstack/react-query";
import { useCombobox } from "downshift";
import { useRouter } from "next/navigation";
import { type KeyboardEvent, useEffect, useId, useMemo, useState } from "react";
import { useCarriedHref } from "@/lib/browser/page-state";
import { lookupOptions } from "@/lib/browser/queries/sessions";
import { useSettled } from "@/lib/browser/settled";
import { keyLabel } from "@/lib/browser/shortcuts";
import { useZone } from "@/lib/browser/zone";
import { countOf } from "@/lib/view/numbers";
import { foundIn } from "@/lib/view/palette";
import { searchKind } from "@/lib/view/search-words";
import { epochOf, formatDayClock } from "@/lib/view/times";
import { Icon } from "../ui/icon";
import { useModal } from "../ui/modal";
import { type Command, useCommands } from "./palette-commands";

const eachGroup = 7;
/** Shorter words name things, not sessions. */
const shortestId = 4;

/**
 * Every page, session, thing and action by typing. What is typed stays in the page: sessions are looked up by POST, and
 * only their public ids come into an address.
 */
export function PaletteDialog({ open, close }: { open: boolean; close: () => void }) {
  const modal = useModal(open, close);
  const onKey = (event: KeyboardEvent) => {
    // The box keeps Escape to itself, so that the browser does not close the sheet on it.
    const again = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
    if (event.key !== "Escape" && !again) return;
    event.preventDefault();
    close();
  };
  return (
    <dialog
      {...modal}
      className="palette"
      aria-label="Go to or do anything"
      onKeyDown={onKey}
      onClick={(event) => {
        if (event.target === event.currentTarget) close();
      }}
    >
      {open && <Finder close={close} />}
    </dialog>
  );
}

function Finder({ close }: { close: () => void }) {
  const { zone } = useZone();
  const [typed, setTyped] = useState("");
  const named = useCommands(true, zone);
  const sought = useSought(typed, zone);
  const groups = useMemo(() => {
    const found = foundIn(named, typed.trim(), eachGroup);
    return sought.items.length > 0 ? [{ group: "Sessions", items: sought.items }, ...found] : found;
  }, [named, typed, sought.items]);
  const flat = groups.flatMap((group) => group.items);
  const groupId = useId();

  const { getInputProps, getMenuProps, getItemProps, highlightedIndex } = useCombobox<Command>({
    items: flat,
    isOpen: true,
    inputValue: typed,
    defaultHighlightedIndex: 0,
    selectedItem: null,
    itemToString: (item) => item?.label ?? "",
    itemToKey: (item) => item?.id,
    stateReducer: (_state, { type, changes }) =>
      // Typing begins again at the first; leaving the box with the pointer changes nothing.
      type === useCombobox.stateChangeTypes.InputChange
        ? { ...changes, highlightedIndex: 0 }
        : type === useCombobox.stateChangeTypes.InputBlur
          ? { ...changes, selectedItem: null }
          : changes,
    onSelectedItemChange: ({ selectedItem }) => {
      if (!selectedItem) return;
      close();
      // Once the sheet is gone: what is done may open one of its own.
      requestAnimationFrame(() => selectedItem.run());
    },
  });

  let place = -1;
  return (
    <>
      <div className="palette-head">
        <Icon name="search" size={14} />
        <input
          {...getInputProps({
            autoFocus: true,
            "aria-label": "Go to or do anything",
            // At once: told of it a render later, as downshift does, letters typed fast were lost.
            onChange: (event) => setTyped(event.currentTarget.value),
          })}
          placeholder="Page, session, correlation ID, client, path, node, action"
          autoCapitalize="off"
          autoComplete="off"
          spellCheck={false}
        />
        <button type="button" className="palette-close" onClick={close} aria-label="Close">
          <kbd className="kbd">Esc</kbd>
        </button>
      </div>
      <p role="status" className={sought.told ? "palette-told" : "vh"}>
        {sought.told || (flat.length === 0 ? "" : countOf(flat.length, "result"))}
      </p>
      <div {...getMenuProps({ "aria-label": "Found", className: "palette-list" })}>
        {groups.map(({ group, items }, at) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options, not of fields
          <div key={group} role="group" aria-labelledby={`${groupId}-${at}`}>
            <p className="palette-group" id={`${groupId}-${at}`}>
              {group}
            </p>
            {items.map((item) => {
              place += 1;
              return (
                <div
                  key={item.id}
                  {...getItemProps({ item, index: place })}
                  className={`palette-row ${highlightedIndex === place ? "on" : ""}`}
                >
                  <Icon name={item.icon} size={14} />
                  <span className="palette-label">{item.label}</span>
                  {item.note && <span className="palette-note">{item.note}</span>}
                  {item.keys && (
                    <span className="palette-keys" aria-hidden="true">
                      {item.keys.split(/[ +]/).map((key) => (
                        <kbd className="kbd" key={key}>
                          {keyLabel(key)}
                        </kbd>
                      ))}
                    </span>
                  )}
                </div>
              );
            })}
          </div>
        ))}
      </div>
      {flat.length === 0 && !sought.told && (
        <p className="palette-none">
          Nothing by that name. Paste a session ID as the app or the client knows it, or a
          correlation ID.
        </p>
      )}
    </>
  );
}

/** The sessions that what was typed may name, and ways to look for it in the lists. */
function useSought(typed: string, zone: string): { items: Command[]; told: string } {
  const router = useRouter();
  const href = useCarriedHref();
  const { mutate, reset, data, isPending } = useMutation(lookupOptions());
  const words = useSettled(typed.trim(), 250);
  const isPath = /^[/*]/.test(words);
  const asks = words.length >= shortestId && !isPath;
  useEffect(() => {
    if (asks) mutate(words);
    else reset();
  }, [asks, words, mutate, reset]);

  return useMemo(() => {
    const go = (path: string, more: Record<string, string | null>) => () =>
      router.push(href(path, more));
    const items: Command[] = [];
    if (isPath)
      items.push(
        {
          id: "sought path sessions",
          group: "Sessions",
          label: `Sessions that asked for ${words}`,
          icon: "sessions",
          run: go("/sessions", { q: words }),
        },
        {
          id: "sought path bounces",
          group: "Sessions",
          label: `Bounces on ${words}`,
          icon: "sessions",
          run: go("/sessions", { tab: "bounces", q: words }),
        },
      );
    if (!asks) return { items, told: "" };
    const plain = searchKind(words, []) === "plain";
    if (plain)
      items.push({
        id: "sought client",
        group: "Sessions",
        label: `Sessions of client ${words}`,
        icon: "sessions",
        run: go("/sessions", { client: words }),
      });
    for (const session of (data?.items ?? []).slice(0, eachGroup))
      items.push({
        id: `session ${session.pool} ${session.id}`,
        group: "Sessions",
        label: session.id.slice(0, 12),
        icon: "sessions",
        note: `${session.pool}, ${countOf(session.bounces, "bounce")}, ${formatDayClock(epochOf(session.lastSeen), zone, "second")}`,
        run: go(`/sessions/${session.id}`, { pool: session.pool, from: null, to: null }),
      });
    return { items, told: isPending ? "Looking for sessions" : "" };
  }, [asks, data, href, isPath, isPending, router, words, zone]);
}

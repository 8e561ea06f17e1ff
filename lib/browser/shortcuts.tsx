"use client";

import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";

export interface Shortcut {
  /** As typed: `t`, `?`, `Shift+T`, `Escape`, two in a row: `g o`, or with Ctrl or Command: `Mod+k`. */
  keys: string;
  does: string;
  run: () => void;
}

interface Registry {
  add: (shortcut: { current: Shortcut }) => () => void;
  /** What works on the page at present, in the order of registration. */
  list: Shortcut[];
}

const ShortcutContext = createContext<Registry | null>(null);
const sequenceMs = 1200;

/** True where letters are text: there no shortcut may act. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName))
  );
}

export function keyName(event: Pick<KeyboardEvent, "key" | "shiftKey">): string {
  return event.shiftKey && /^[A-Z]$/.test(event.key) ? `Shift+${event.key}` : event.key;
}

/** What is listed does what its owner last said, not what it said when it was entered. */
function asItIs(entry: { current: Shortcut }): Shortcut {
  return { ...entry.current, run: () => entry.current.run() };
}

export function ShortcutProvider({ children }: { children: ReactNode }) {
  const entries = useRef(new Set<{ current: Shortcut }>());
  const [list, setList] = useState<Shortcut[]>([]);

  useEffect(() => {
    let first = "";
    let firstAt = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || document.querySelector("dialog[open]")) return;
      if (event.ctrlKey || event.metaKey) {
        const held = [...entries.current].find(
          ({ current }) => current.keys === `Mod+${event.key.toLowerCase()}`,
        );
        if (!held || event.shiftKey) return;
        event.preventDefault();
        held.current.run();
        return;
      }
      if (isTyping(event.target)) return;
      // Closes the open menu first, which is the browser's doing.
      if (event.key === "Escape" && document.querySelector(":popover-open")) return;
      const key = keyName(event);
      const pair = event.timeStamp - firstAt < sequenceMs ? `${first} ${key}` : key;
      const all = [...entries.current].map((entry) => entry.current);
      // Two keys in a row win over the second alone; then the newest registration, a page's key over the shell's.
      const match =
        all.findLast((entry) => entry.keys === pair) ?? all.findLast((entry) => entry.keys === key);
      if (match) {
        event.preventDefault();
        first = "";
        match.run();
        return;
      }
      first = all.some((entry) => entry.keys.startsWith(`${key} `)) ? key : "";
      firstAt = event.timeStamp;
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);

  const registry = useMemo<Registry>(
    () => ({
      list,
      add: (entry) => {
        entries.current.add(entry);
        setList([...entries.current].map(asItIs));
        return () => {
          entries.current.delete(entry);
          setList([...entries.current].map(asItIs));
        };
      },
    }),
    [list],
  );
  return <ShortcutContext value={registry}>{children}</ShortcutContext>;
}

/** Binds a key while the component is mounted; it shows in the help by itself. */
export function useShortcut(keys: string, does: string, run: () => void): void {
  const registry = useContext(ShortcutContext);
  const entry = useRef({ keys, does, run });
  useEffect(() => {
    entry.current = { keys, does, run };
  });
  const add = useRef(registry?.add);
  useEffect(() => add.current?.(entry), []);
}

/** How a key is written on the reader's keyboard. */
export function keyLabel(key: string): string {
  if (key !== "Mod") return key;
  return typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent)
    ? "⌘"
    : "Ctrl";
}

export function useShortcutList(): Shortcut[] {
  return useContext(ShortcutContext)?.list ?? [];
}

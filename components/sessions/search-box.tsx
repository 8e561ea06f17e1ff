"use client";

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { errorText } from "@/components/ui/states";
import { useBalancers } from "@/lib/browser/balancers";
import { useKnownNodes } from "@/lib/browser/node-ordinals";
import { lookupOptions } from "@/lib/browser/queries/sessions";
import { countOf } from "@/lib/view/numbers";
import { searchKind } from "@/lib/view/search-words";

const mostIds = 50;
const label = "Session, correlation ID, client, node or path";

/**
 * Finds in the list. What may be a credential (a raw session ID, anything unknown) goes by POST and comes back as public
 * ids; only those, addresses, names and paths are kept in the page's address.
 */
export function SearchBox({
  asked,
  apply,
}: {
  asked: string | null;
  apply: (q: string | null) => void;
}) {
  const known = useKnownNodes();
  const lbs = useBalancers();
  const lookup = useMutation(lookupOptions());
  const [text, setText] = useState(asked ?? "");
  const [told, setTold] = useState("");
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => setText(asked ?? ""), [asked]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const kindOf = (value: string) =>
    searchKind(value, [...known.nodes.map((node) => node.name), ...lbs]);
  const applyNow = (value: string) => {
    clearTimeout(timer.current);
    setTold("");
    const words = value.trim();
    if (words !== (asked ?? "")) apply(words || null);
  };
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    const kind = kindOf(text);
    if (text.trim() === (asked ?? "") || kind === "none" || kind === "plain") return applyNow(text);
    try {
      const { items } = await lookup.mutateAsync(text.trim());
      const ids = [...new Set(items.map((session) => session.id))];
      if (ids.length > 0) {
        applyNow(ids.slice(0, mostIds).join(" "));
        setTold(
          ids.length > mostIds
            ? `The first ${mostIds} of ${countOf(ids.length, "session")}`
            : `${countOf(ids.length, "session")} found`,
        );
      } else if (kind === "perhaps-id") applyNow(text);
      else setTold("No session by that name is kept");
    } catch (error) {
      setTold(errorText(error));
    }
  };
  return (
    <form className="ss-words q" onSubmit={(event) => void onSubmit(event)}>
      <input
        className="input"
        type="search"
        aria-label={label}
        placeholder={label}
        title="Press Enter to look up a session or correlation ID. It is hashed and goes into no address."
        value={text}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        onChange={(event) => {
          const { value } = event.target;
          setText(value);
          setTold("");
          clearTimeout(timer.current);
          const kind = kindOf(value);
          if (kind === "none" || kind === "plain")
            timer.current = setTimeout(() => applyNow(value), 350);
        }}
      />
      <span role="status" className="ss-told">
        {lookup.isPending ? "Looking it up" : told}
      </span>
    </form>
  );
}

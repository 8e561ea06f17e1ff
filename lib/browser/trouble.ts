"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { AskError } from "./ask";
import { useLive } from "./live";

/** Why nothing new comes, and since when, epoch ms. */
export interface Trouble {
  with: "server" | "database";
  since: number;
}

const lookEveryMs = 2000;
/** `/readyz` answers within three seconds, whatever the database does. */
const patienceMs = 8000;

/** Who does not answer; null when both do. */
async function whoIsAway(): Promise<Trouble["with"] | null> {
  try {
    const answer = await fetch("/readyz", { signal: AbortSignal.timeout(patienceMs) });
    return answer.ok ? null : "database";
  } catch (error) {
    // A connection that failed (TypeError) or took too long (DOMException).
    if (error instanceof TypeError || error instanceof DOMException) return "server";
    throw error;
  }
}

/** Looks again and again until both answer; `tell` hears what was found each time. Answers how to stop. */
export function watchReturn(tell: (away: Trouble["with"] | null) => void): () => void {
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = async () => {
    const away = await whoIsAway();
    if (isOver) return;
    tell(away);
    if (away !== null) timer = setTimeout(look, lookEveryMs);
  };
  void look();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

/** Did nobody answer, as against an answer that declines? */
export function isAway(error: unknown): boolean {
  return error instanceof AskError && [0, 502, 503, 504].includes(error.status);
}

/**
 * Whether the page can still learn anything new. When a question finds nobody who answers, or the stream breaks off, the
 * server is looked for until it and its database are back; then everything that failed is asked again.
 */
export function useTrouble(): Trouble | null {
  const client = useQueryClient();
  const { state } = useLive();
  const [isLooking, setLooking] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);

  useEffect(
    () =>
      client.getQueryCache().subscribe((event) => {
        if (event.type !== "updated" || event.action.type !== "error") return;
        if (isAway(event.action.error)) setLooking(true);
      }),
    [client],
  );
  useEffect(() => {
    if (state === "reconnecting") setLooking(true);
  }, [state]);
  useEffect(() => {
    if (!isLooking) return;
    return watchReturn((away) => {
      setTrouble((known) =>
        away === null ? null : { with: away, since: known?.since ?? Date.now() },
      );
      if (away !== null) return;
      setLooking(false);
      void client.refetchQueries({
        type: "active",
        predicate: (query) => query.state.status === "error",
      });
    });
  }, [client, isLooking]);
  return trouble;
}

"use client";

import { useQueryClient } from "@tanstack/react-query";
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { type StreamEvent, streamEventSchema } from "@/lib/schemas/stream";
import { epochOf } from "@/lib/view/times";
import { Coalescer } from "./coalesce";
import { isTouched, tokensOf, touchedBy } from "./live-keys";
import { useLiveChoice } from "./page-state";

export type LiveState = "connecting" | "live" | "paused" | "reconnecting";
export type TailLine = Extract<StreamEvent, { type: "tick" }>["tail"][number];

export interface Live {
  state: LiveState;
  /** When the newest request that the stream told of began, epoch ms; null before the first. */
  newestAt: number | null;
  /** When the page stopped moving; null while it moves. */
  pausedAt: number | null;
  pause: () => void;
  resume: () => void;
  /** Hears every event of the stream while mounted. Returns how to stop. */
  listen: (listener: (event: StreamEvent) => void) => () => void;
}

const LiveContext = createContext<Live | null>(null);
/** While figures only run on, a server is left alone so many times as long as its last answers took. */
const restPerWork = 3;
const newsRestMs = 1900;
/** A page's questions may have been answered a little before the moment that it names as its own. */
const overlapMs = 2000;
const eventNames = ["message", "tick", "bounce", "loss", "alert", "change"];

/**
 * One stream for the tab. Its events are never merged into what is shown: they say what to ask
 * again. When it first connects, it is told what was sent since the page was made. A hidden tab
 * closes it; on return, and after a lost connection, everything is asked again.
 *
 * @param since when the page was made, by the server's clock, epoch ms
 */
export function LiveProvider({ since, children }: { since: number; children: ReactNode }) {
  const client = useQueryClient();
  const [wanted, choose] = useLiveChoice();
  const [connection, setConnection] = useState<Exclude<LiveState, "paused">>("connecting");
  const [newestAt, setNewestAt] = useState<number | null>(null);
  const [pausedAt, setPausedAt] = useState<number | null>(null);
  const listeners = useRef(new Set<(event: StreamEvent) => void>());
  const knownSince = useRef<number | null>(since - overlapMs);

  useEffect(() => {
    if (!wanted) return;
    let source: EventSource | null = null;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let tookMs = 0;
    const askAgain = (tokens: string[]) => {
      const set = new Set(tokens);
      return client.invalidateQueries(
        { predicate: (query) => isTouched(query, set) },
        // A question under way began before the news; ask it anew.
        { cancelRefetch: true },
      );
    };
    // News of a bounce does not wait behind figures that are slow to come. The first goes at once; in a flood of them
    // the page keeps still for a moment between two pictures.
    const news = new Coalescer<string>(askAgain, undefined, newsRestMs);
    const figures = new Coalescer<string>(async (tokens) => {
      const askedAt = performance.now();
      await askAgain(tokens);
      tookMs = performance.now() - askedAt;
    });

    const hear = (message: Event) => {
      const event = readEvent(message);
      if (!event) return;
      if (event.type === "tick" && event.newestAt) {
        const at = epochOf(event.newestAt);
        setNewestAt((known) => (known === null || at > known ? at : known));
      }
      for (const listener of listeners.current) listener(event);
      const touched = touchedBy(event);
      if (event.type === "tick")
        figures.add(tokensOf(touched), Math.max(touched.withinMs, tookMs * restPerWork));
      else news.add(tokensOf(touched), touched.withinMs);
    };

    const connect = () => {
      source?.close();
      let told = knownSince.current !== null;
      source = new EventSource(
        knownSince.current === null
          ? "/api/v1/stream"
          : `/api/v1/stream?since=${new Date(knownSince.current).toISOString()}`,
      );
      knownSince.current = null;
      for (const name of eventNames) source.addEventListener(name, hear);
      source.onopen = () => {
        setConnection("live");
        // What came between the connection's loss and now was told to nobody.
        if (!told) void client.invalidateQueries();
        told = false;
      };
      source.onerror = () => {
        setConnection("reconnecting");
        // The browser retries by itself unless the answer was final.
        if (source?.readyState !== EventSource.CLOSED) return;
        clearTimeout(retry);
        retry = setTimeout(connect, 3000);
      };
    };
    const disconnect = () => {
      clearTimeout(retry);
      source?.close();
      source = null;
    };
    const watchTab = () => {
      if (document.visibilityState === "hidden") disconnect();
      else if (!source) connect();
    };

    setPausedAt(null);
    if (document.visibilityState !== "hidden") connect();
    document.addEventListener("visibilitychange", watchTab);
    return () => {
      document.removeEventListener("visibilitychange", watchTab);
      disconnect();
      news.stop();
      figures.stop();
      setConnection("connecting");
    };
  }, [client, wanted]);

  const pause = useCallback(() => {
    setPausedAt(Date.now());
    choose(false);
  }, [choose]);
  const resume = useCallback(() => {
    choose(true);
    void client.invalidateQueries();
  }, [choose, client]);
  const listen = useCallback((listener: (event: StreamEvent) => void) => {
    listeners.current.add(listener);
    return () => {
      listeners.current.delete(listener);
    };
  }, []);

  const state: LiveState = wanted ? connection : "paused";
  const live = useMemo(
    () => ({ state, newestAt, pausedAt, pause, resume, listen }),
    [state, newestAt, pausedAt, pause, resume, listen],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}

function readEvent(message: Event): StreamEvent | null {
  if (!(message instanceof MessageEvent) || typeof message.data !== "string") return null;
  let data: unknown;
  try {
    data = JSON.parse(message.data);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const parsed = streamEventSchema.safeParse(data);
  return parsed.success ? parsed.data : null;
}

/** The tab's stream. */
export function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error("useLive needs the LiveProvider around it");
  return live;
}

"use client";

import { QueryClientProvider } from "@tanstack/react-query";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { type ReactNode, useEffect } from "react";
import { ClockProvider } from "./clock";
import { LiveProvider } from "./live";
import { queryClient } from "./query-client";
import { ShortcutProvider } from "./shortcuts";

/** All that pages need around them. `now` is the server's clock at render, epoch ms. */
export function Providers({ now, children }: { now: number; children: ReactNode }) {
  // Keys and buttons do something from here on; tests wait for it, people hardly notice.
  useEffect(() => {
    document.documentElement.dataset.alive = "";
  }, []);
  return (
    <NuqsAdapter>
      <QueryClientProvider client={queryClient()}>
        <ClockProvider now={now}>
          <ShortcutProvider>
            <LiveProvider since={now}>{children}</LiveProvider>
          </ShortcutProvider>
        </ClockProvider>
      </QueryClientProvider>
    </NuqsAdapter>
  );
}

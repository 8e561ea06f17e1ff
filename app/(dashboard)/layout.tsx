import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import { connection } from "next/server";
import type { ReactNode } from "react";
import { DemoBanner } from "@/components/shell/demo-banner";
import { Nav } from "@/components/shell/nav";
import { TopBar } from "@/components/shell/top-bar";
import { TroubleStrip } from "@/components/shell/trouble-strip";
import { ToastProvider } from "@/components/ui/toast";
import { Providers } from "@/lib/browser/providers";
import { demoOptions } from "@/lib/browser/queries/demo";
import { makeQueryClient } from "@/lib/browser/query-client";
import { demoState } from "@/lib/server/demo";
import { isLoggedIn, requireViewer } from "@/lib/server/viewer";

export default async function DashboardLayout({ children }: { children: ReactNode }) {
  await connection();
  const now = Date.now();
  await requireViewer();
  // Asked here, so that the banner stands where it stays from the first paint on.
  const client = makeQueryClient();
  await client.prefetchQuery({ ...demoOptions(), queryFn: demoState });
  return (
    <Providers now={now}>
      <ToastProvider>
        <a className="skip" href="#main">
          Skip to content
        </a>
        <TopBar loggedIn={await isLoggedIn()} />
        <HydrationBoundary state={dehydrate(client)}>
          <DemoBanner />
        </HydrationBoundary>
        <main id="main">{children}</main>
        <Nav place="foot" />
        <TroubleStrip />
      </ToastProvider>
    </Providers>
  );
}

import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import { connection } from "next/server";
import type { ReactNode } from "react";
import { DemoBanner } from "@/components/shell/demo-banner";
import { Nav } from "@/components/shell/nav";
import { TopBar } from "@/components/shell/top-bar";
import { TroubleStrip } from "@/components/shell/trouble-strip";
import { ToastProvider } from "@/components/ui/toast";
import { Providers } from "@/lib/browser/providers";
import { alertsOptions } from "@/lib/browser/queries/alerts";
import { demoOptions } from "@/lib/browser/queries/demo";
import { makeQueryClient } from "@/lib/browser/query-client";
import { alertsQuery } from "@/lib/schemas/alerts";
import { listAlerts } from "@/lib/server/alerts";
import { demoState } from "@/lib/server/demo";
import { isLoggedIn, requireViewer } from "@/lib/server/viewer";

export default async function DashboardLayout({ children }: { children: ReactNode }) {
  await connection();
  const now = Date.now();
  await requireViewer();
  // Asked here, so that the banner and the number of alerts stand where they stay from the first paint on. A question
  // that is open in the bar would also keep a page from drawing the answer that it hands over to the same.
  const client = makeQueryClient();
  await Promise.all([
    client.prefetchQuery({ ...demoOptions(), queryFn: demoState }),
    client.prefetchQuery({
      ...alertsOptions(),
      queryFn: () => listAlerts(alertsQuery.parse({})),
    }),
  ]);
  return (
    <Providers now={now}>
      <HydrationBoundary state={dehydrate(client)}>
        <ToastProvider>
          <a className="skip" href="#main">
            Skip to content
          </a>
          <TopBar loggedIn={await isLoggedIn()} />
          <DemoBanner />
          <main id="main">{children}</main>
          <Nav place="foot" />
          <TroubleStrip />
        </ToastProvider>
      </HydrationBoundary>
    </Providers>
  );
}

import { connection } from "next/server";
import type { ReactNode } from "react";
import { DemoBanner } from "@/components/shell/demo-banner";
import { Nav } from "@/components/shell/nav";
import { TopBar } from "@/components/shell/top-bar";
import { ToastProvider } from "@/components/ui/toast";
import { Providers } from "@/lib/browser/providers";
import { isLoggedIn, requireViewer } from "@/lib/server/viewer";

export default async function DashboardLayout({ children }: { children: ReactNode }) {
  await connection();
  await requireViewer();
  return (
    <Providers now={Date.now()}>
      <ToastProvider>
        <a className="skip" href="#main">
          Skip to content
        </a>
        <TopBar loggedIn={await isLoggedIn()} />
        <DemoBanner />
        <main id="main">{children}</main>
        <Nav place="foot" />
      </ToastProvider>
    </Providers>
  );
}

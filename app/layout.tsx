import "@fontsource-variable/inter";
import "@fontsource-variable/jetbrains-mono";
import "./globals.css";
import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { themeScript } from "@/lib/browser/theme-script";
import { causeInks } from "@/lib/view/cause-inks";

export const metadata: Metadata = {
  title: { default: "Hopwatch", template: "%s · Hopwatch" },
  description: "Which sessions moved between backend nodes, and why",
  icons: { icon: "/icon.svg" },
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: dark)", color: "#121617" },
    { media: "(prefers-color-scheme: light)", color: "#ffffff" },
  ],
};

// Every page is made for its request: its scripts carry that answer's nonce.
export const dynamic = "force-dynamic";

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" suppressHydrationWarning>
      <head>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours, before the first paint */}
        <script dangerouslySetInnerHTML={{ __html: themeScript }} />
        <style>{causeInks}</style>
      </head>
      <body>{children}</body>
    </html>
  );
}

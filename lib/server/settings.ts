import path from "node:path";
import { storage } from "@/lib/reports/storage";
import type { Settings } from "@/lib/schemas/settings";
import packageJson from "@/package.json";
import { runtime } from "./runtime";

/** How this installation is set up: what the environment asked for, without any secret, and what is stored. */
export async function settings(): Promise<Settings> {
  const { config, pool } = runtime();
  const [stored, version] = await Promise.all([
    storage(pool),
    pool.query<{ server_version: string }>("SHOW server_version"),
  ]);
  return {
    version: packageJson.version,
    node: process.versions.node,
    database: {
      version: version.rows[0]?.server_version.split(" ")[0] ?? "",
      own: config.databaseUrl === null,
    },
    roles: [...config.roles],
    publicUrl: config.publicUrl,
    syslogPort: config.syslogPort,
    maxBodyBytes: config.maxBody,
    linkPreviews: config.publicPreviews ? "public" : "login",
    rulesFile: shortened(config.rulesFile.path),
    runbooks: config.runbooks === null ? null : shortened(config.runbooks),
    retention: {
      days: config.retentionDays,
      healthyDays: config.healthyRetentionDays,
      resultDays: config.resultRetentionDays,
    },
    storage: stored,
  };
}

/** A path as one names it from the folder in which the server runs, where it lies in there. */
function shortened(file: string): string {
  const within = path.relative(process.cwd(), file);
  return within.startsWith("..") || path.isAbsolute(within) ? file : within;
}

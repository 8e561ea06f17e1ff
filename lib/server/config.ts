import path from "node:path";
import { z } from "zod";
import { type BucketPlace, bucketPlaces } from "@/lib/ingest/bucket/place";
import type { BucketKeys } from "@/lib/ingest/bucket/signature";
import { networksIn } from "./networks";

const sizes: Record<string, number> = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Bytes, as a number or with a unit: `2147483648`, `512m`, `2g`. */
const bytes = z
  .string()
  .regex(/^\d+\s*(?:[kmg]i?b?)?$/i, "expected bytes, such as 2147483648, 512m or 2g")
  .transform(
    (text) =>
      Number.parseInt(text, 10) * (sizes[/[kmg]/i.exec(text)?.[0].toLowerCase() ?? ""] ?? 1),
  );

/** What a server process may do: show pages and answer queries, take facts in, do what is to be done once for all. */
export const roles = ["web", "ingest", "worker"] as const;
export type Role = (typeof roles)[number];

const roleList = z
  .string()
  .transform((list) => list.split(/[\s,]+/).filter((name) => name !== ""))
  .pipe(z.array(z.enum(roles, `expected some of ${roles.join(", ")}`)).min(1))
  .transform((names): ReadonlySet<Role> => new Set(names));

const port = z.coerce.number().int().min(1).max(65_535);
const text = z.string().min(1).optional();

const environment = z.object({
  PORT: port.default(3000),
  HOST: z.string().min(1).default("127.0.0.1"),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(?:ql)?:\/\//, "expected postgres://user:password@host:port/database")
    .optional(),
  HOPWATCH_ROLES: roleList.default(new Set(roles)),
  HOPWATCH_DATA_DIR: z.string().min(1).default("./.data"),
  HOPWATCH_SECRET: text,
  HOPWATCH_INGEST_KEY: text,
  HOPWATCH_SYSLOG_PORT: port.optional(),
  HOPWATCH_SYSLOG_ALLOW: z
    .string()
    .refine(
      (list) => networksIn(list) !== null,
      "expected addresses or networks, such as 10.0.0.0/8,192.0.2.7",
    )
    .optional(),
  HOPWATCH_S3: text,
  HOPWATCH_S3_SECONDS: z.coerce.number().int().min(1).max(86_400).default(60),
  AWS_ACCESS_KEY_ID: text,
  AWS_SECRET_ACCESS_KEY: text,
  AWS_SESSION_TOKEN: text,
  AWS_REGION: text,
  AWS_ENDPOINT_URL: text,
  HOPWATCH_MAX_BODY: bytes.default(2 * 1024 ** 3),
  HOPWATCH_RETENTION_DAYS: z.coerce.number().int().min(1).max(36_500).default(30),
  HOPWATCH_HEALTHY_RETENTION_DAYS: z.coerce.number().int().min(1).max(36_500).default(7),
  HOPWATCH_RESULT_RETENTION_DAYS: z.coerce.number().int().min(1).max(36_500).default(400),
  HOPWATCH_PASSWORD: z.string().min(8, "expected at least 8 characters").optional(),
  HOPWATCH_VIEWER_TOKEN: z.string().min(16, "expected at least 16 characters").optional(),
  HOPWATCH_LINK_PREVIEWS: z.enum(["public", "login"]).default("login"),
  HOPWATCH_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  HOPWATCH_RULES: text,
  HOPWATCH_RUNBOOKS: text,
  HOPWATCH_LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
  HOPWATCH_DIST_DIR: text,
});

export interface Config {
  host: string;
  port: number;
  /** What this process does; several processes on one database may share the work. */
  roles: ReadonlySet<Role>;
  /** Null: the PostgreSQL that comes with the packages. */
  databaseUrl: string | null;
  /** Absolute. */
  dataDir: string;
  /** The key of the session hashes where the operator gives it. */
  secret: string | null;
  ingestKey: string | null;
  syslogPort: number | null;
  /** Addresses and networks that may send syslog; null: this machine alone, or nobody. */
  syslogAllow: string | null;
  /** Buckets whose files are taken in; null: none. */
  buckets: { places: BucketPlace[]; keys: BucketKeys; everySeconds: number } | null;
  /** Bytes on the wire that one ingest call may send. */
  maxBody: number;
  /** Days that requests and events are kept. */
  retentionDays: number;
  /** Days that requests and events of sessions to which nothing happened are kept. */
  healthyRetentionDays: number;
  /** Days that sessions, bounces and rollups are kept. */
  resultRetentionDays: number;
  password: string | null;
  /** A token that may read everything shown and change nothing. */
  viewerToken: string | null;
  /** Where people reach the pages, for links in notifications; null: the address that is listened on. */
  publicUrl: string | null;
  /** May anybody who has a link see its preview (title, sentence, picture) without a login? */
  publicPreviews: boolean;
  /** The file of alert rules, whether or not it is there; `named`: the operator asked for it. */
  rulesFile: { path: string; named: boolean };
  /** A folder of runbooks that stand in the place of ours; null: none. */
  runbooks: string | null;
  logLevel: string;
  /** Where the built pages lie, from the working directory on. */
  distDir: string;
}

/** The environment is not usable; the message names each variable and what is wrong with it. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

/**
 * What the environment asks for. An empty variable counts as unset.
 *
 * @throws {ConfigError}
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = environment.safeParse(set);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(
      (issue) => `  ${issue.path.join(".")}: ${issue.message}`,
    );
    throw new ConfigError(`The environment is not usable:\n${faults.join("\n")}`);
  }
  const given = parsed.data;
  return {
    host: given.HOST,
    port: given.PORT,
    roles: given.HOPWATCH_ROLES,
    databaseUrl: given.DATABASE_URL ?? null,
    dataDir: path.resolve(given.HOPWATCH_DATA_DIR),
    secret: given.HOPWATCH_SECRET ?? null,
    ingestKey: given.HOPWATCH_INGEST_KEY ?? null,
    syslogPort: given.HOPWATCH_SYSLOG_PORT ?? null,
    buckets: bucketsOf(given),
    syslogAllow: given.HOPWATCH_SYSLOG_ALLOW ?? null,
    maxBody: given.HOPWATCH_MAX_BODY,
    retentionDays: given.HOPWATCH_RETENTION_DAYS,
    healthyRetentionDays: given.HOPWATCH_HEALTHY_RETENTION_DAYS,
    resultRetentionDays: given.HOPWATCH_RESULT_RETENTION_DAYS,
    password: given.HOPWATCH_PASSWORD ?? null,
    viewerToken: given.HOPWATCH_VIEWER_TOKEN ?? null,
    publicUrl: given.HOPWATCH_PUBLIC_URL ?? null,
    publicPreviews: given.HOPWATCH_LINK_PREVIEWS === "public",
    rulesFile: {
      path: path.resolve(given.HOPWATCH_RULES ?? "hopwatch.rules.yaml"),
      named: given.HOPWATCH_RULES !== undefined,
    },
    runbooks: given.HOPWATCH_RUNBOOKS === undefined ? null : path.resolve(given.HOPWATCH_RUNBOOKS),
    logLevel: given.HOPWATCH_LOG_LEVEL,
    distDir: given.HOPWATCH_DIST_DIR ?? ".next",
  };
}

/** @throws {ConfigError} */
function bucketsOf(given: z.infer<typeof environment>): Config["buckets"] {
  if (given.HOPWATCH_S3 === undefined) return null;
  const refuse = (what: string) => new ConfigError(`The environment is not usable:\n  ${what}`);
  const places = bucketPlaces(given.HOPWATCH_S3, {
    region: given.AWS_REGION ?? "us-east-1",
    endpoint: given.AWS_ENDPOINT_URL ?? null,
  });
  if (places === null)
    throw refuse(
      "HOPWATCH_S3: expected s3://bucket/prefix?source=name, several with spaces between",
    );
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = given;
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw refuse("AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: HOPWATCH_S3 needs both");
  const keys = { accessKeyId, secretAccessKey, sessionToken: given.AWS_SESSION_TOKEN ?? null };
  return { places, keys, everySeconds: given.HOPWATCH_S3_SECONDS };
}

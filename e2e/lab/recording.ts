import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { causes } from "@/lib/domain/causes";
import { changeInputSchema, sourceInputSchema } from "@/lib/schemas/ingest";
import type { Play } from "./stage";

const requestSchema = z.object({
  id: z.string(),
  lb: z.string(),
  pool: z.string(),
  client: z.string(),
  from: z.string(),
  startedAt: z.number(),
  endedAt: z.number(),
  method: z.string(),
  path: z.string(),
  status: z.number(),
  upgrade: z.boolean(),
  presented: z.string().nullable(),
  set: z.string().nullable(),
  node: z.string().nullable(),
  because: z.enum(causes).nullable(),
});

const truthSchema = z.object({
  scenario: z.string(),
  pool: z.string(),
  requests: z.array(requestSchema),
  bounces: z.array(
    z.object({
      session: z.string(),
      id: z.string(),
      at: z.number(),
      from: z.string(),
      to: z.string(),
      cause: z.enum(causes),
      also: z.array(z.enum(causes)).optional(),
      isReturn: z.boolean().optional(),
    }),
  ),
  losses: z.array(
    z.object({
      session: z.string(),
      id: z.string(),
      at: z.number(),
      node: z.string(),
      lostTo: z.enum(["routing", "storage", "client"]),
    }),
  ),
  nodes: z.array(
    z.object({ name: z.string(), names: z.array(z.string()), clockSkewMs: z.number() }),
  ),
  sessionKnown: z.boolean(),
});

const eventSchema = z.object({
  time: z.string(),
  type: z.enum(["session.created", "session.retrieved", "session.missing", "session.destroyed"]),
  sessionId: z.string(),
  correlationId: z.string().nullable(),
  node: z.string(),
  pool: z.string().optional(),
  store: z.string(),
  hit: z.boolean().optional(),
  latencyMs: z.number().optional(),
  previousSessionId: z.string().optional(),
});

const sheetSchema = z.object({
  scenario: z.string(),
  recordedAt: z.string(),
  sources: z.array(z.object({ name: z.string(), definition: sourceInputSchema })),
  changes: z.array(changeInputSchema),
});

const rows = (items: unknown[]) => `${items.map((item) => JSON.stringify(item)).join("\n")}\n`;
const linesOf = (text: string) => text.split("\n").filter((line) => line !== "");

/** Writes a play into a folder of its own: logs as they were written, events, and the truth. */
export function record(dir: string, play: Play): void {
  const folder = join(dir, play.scenario);
  mkdirSync(folder, { recursive: true });
  const { requests, ...truth } = play.truth;
  const sheet = {
    scenario: play.scenario,
    recordedAt: play.recordedAt,
    sources: play.sources.map(({ name, definition }) => ({ name, definition })),
    changes: play.changes,
  };
  writeFileSync(join(folder, "sheet.json"), `${JSON.stringify(sheet, null, 2)}\n`);
  for (const source of play.sources)
    writeFileSync(join(folder, `${source.name}.log`), `${source.lines.join("\n")}\n`);
  writeFileSync(join(folder, "events.ndjson"), rows(play.events));
  writeFileSync(join(folder, "truth.json"), `${JSON.stringify(truth, null, 2)}\n`);
  writeFileSync(join(folder, "requests.ndjson"), rows(requests));
}

/** The scenarios of which a folder holds a recording. */
export function recorded(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** A play as it was recorded. */
export function replay(dir: string, scenario: string): Play {
  const read = (file: string) => readFileSync(join(dir, scenario, file), "utf8");
  const sheet = sheetSchema.parse(JSON.parse(read("sheet.json")));
  const requests = linesOf(read("requests.ndjson")).map((line) => JSON.parse(line));
  return {
    scenario: sheet.scenario,
    recordedAt: sheet.recordedAt,
    sources: sheet.sources.map((source) => ({
      ...source,
      lines: linesOf(read(`${source.name}.log`)),
    })),
    events: linesOf(read("events.ndjson")).map((line) => eventSchema.parse(JSON.parse(line))),
    changes: sheet.changes,
    truth: truthSchema.parse({ ...JSON.parse(read("truth.json")), requests }),
  };
}

import { z } from "zod";
import { type Announced, isSilenced, shownState } from "@/lib/domain/alerts/announcements";
import type { AlertState, KnownAlert } from "@/lib/domain/alerts/reconcile";
import type { Rule, Severity } from "@/lib/domain/alerts/rule";
import { type Alert, alertRuleSchema, severitySchema } from "@/lib/schemas/alert";
import {
  alertContentSchema,
  historySchema,
  type RulesFile,
  ruleSchema,
  rulesFileSchema,
  type Silence,
} from "@/lib/schemas/alerts";
import { causeSchema } from "@/lib/schemas/common";
import {
  type AlertRow,
  json,
  keptRules,
  type Rows,
  type SilenceRow,
} from "@/lib/store/alerts/rows";

const stateSchema = z.enum(["pending", "firing", "resolved"]);
const announcedSchema = z.enum(["nothing", "firing", "acknowledged", "resolved"]);

/** A kept alert with its columns read as what they are. */
export interface StoredAlert extends KnownAlert {
  pool: string | null;
  subject: string;
  severity: Severity;
  announced: Announced;
  acknowledged: boolean;
  channels: string[] | null;
  rules: Alert["rules"];
  row: AlertRow;
  history: z.infer<typeof historySchema>;
  content: z.infer<typeof alertContentSchema> | null;
}

export function storedAlert(row: AlertRow): StoredAlert {
  const rules = z.array(alertRuleSchema).parse(row.rules);
  const state: AlertState = stateSchema.parse(row.state);
  return {
    id: row.id,
    fingerprint: row.fingerprint,
    state,
    since: row.since.getTime(),
    firedAt: row.firedAt?.getTime() ?? null,
    endedAt: row.endedAt?.getTime() ?? null,
    closedByHand: row.closedByHand,
    ruleIds: rules.map(({ id }) => id),
    pool: row.pool,
    subject: row.subject,
    severity: severitySchema.parse(row.severity),
    announced: announcedSchema.parse(row.announced),
    acknowledged: row.acknowledgedAt !== null,
    channels: z.array(z.string()).nullable().parse(row.channels),
    rules,
    row,
    history: historySchema.parse(row.history),
    // A content of an older version that cannot be read is left out, not guessed.
    content: alertContentSchema.nullable().catch(null).parse(row.content),
  };
}

export function silenceOf(row: SilenceRow): Silence {
  return {
    id: row.id,
    from: row.fromAt.toISOString(),
    until: row.untilAt.toISOString(),
    pool: row.pool,
    subject: row.subject,
    rule: row.rule,
    severity: severitySchema.nullable().parse(row.severity),
    reason: row.reason,
    by: row.author,
  };
}

/** The silences in the judging's own words. */
export function effective(silences: readonly Silence[]) {
  return silences.map((silence) => ({
    ...silence,
    from: Date.parse(silence.from),
    until: Date.parse(silence.until),
  }));
}

function firstOf(since: Date, onset: Date | null): Date {
  return onset !== null && onset < since ? onset : since;
}

/** An alert as the interface tells it. */
export function alertOf(alert: StoredAlert, silences: readonly Silence[], now: number): Alert {
  const matching = effective(silences).filter((silence) => isSilenced(alert, [silence], now));
  const { row, content } = alert;
  const until = Math.max(0, ...matching.map((silence) => silence.until));
  return {
    id: alert.id,
    fingerprint: alert.fingerprint,
    state: shownState(alert, matching.length > 0),
    severity: alert.severity,
    title: row.title,
    pool: alert.pool,
    subject: alert.subject,
    cause: causeSchema.nullable().catch(null).parse(row.cause),
    since: row.since.toISOString(),
    onset: firstOf(row.since, content && new Date(content.onset)).toISOString(),
    firedAt: row.firedAt?.toISOString() ?? null,
    resolvedAt: alert.state === "resolved" ? (row.endedAt?.toISOString() ?? null) : null,
    acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
    acknowledgedBy: row.acknowledgedBy,
    silencedUntil: until > 0 && alert.state !== "resolved" ? new Date(until).toISOString() : null,
    corrected: row.corrected,
    correction: alert.history.findLast(({ what }) => what === "corrected")?.note ?? null,
    rules: alert.rules,
    summary: content?.summary ?? null,
    affectedSessions: content?.affectedSessions ?? null,
    lostSessions: content?.lostSessions ?? null,
  };
}

const fileKey = "alert_rules_file";

/** What the file of rules held when it was last read; null where there is none. */
export async function fileRules(rows: Rows): Promise<RulesFile | null> {
  const row = await rows.setting.findUnique({ where: { key: fileKey } });
  return rulesFileSchema
    .nullable()
    .catch(null)
    .parse(row?.value ?? null);
}

export async function keepFileRules(rows: Rows, file: RulesFile | null): Promise<void> {
  if (file === null) {
    await rows.setting.deleteMany({ where: { key: fileKey } });
    return;
  }
  const value = json(file);
  await rows.setting.upsert({
    where: { key: fileKey },
    create: { key: fileKey, value },
    update: { value },
  });
}

/** The rules as they are kept in the database; one that can no longer be read is left out. */
export async function ownRules(rows: Rows): Promise<Rule[]> {
  const kept = await keptRules(rows);
  const read = new Map(
    kept.map(({ body }) => {
      const text = JSON.stringify(body);
      return [text, lastRead.get(text) ?? ruleSchema.safeParse(body).data ?? null];
    }),
  );
  lastRead = read;
  return [...read.values()].filter((rule) => rule !== null);
}

/** Rules as they were read last, by their text: they are read at every look, and seldom change. */
let lastRead: ReadonlyMap<string, Rule | null> = new Map();

/** The rules at work: those of the file, and the others. A rule of the file stands in the place of one with its id. */
export async function readRules(rows: Rows): Promise<Rule[]> {
  const file = await fileRules(rows);
  const own = await ownRules(rows);
  const fromFile = file?.rules ?? [];
  const ids = new Set(fromFile.map(({ id }) => id));
  return [...fromFile, ...own.filter(({ id }) => !ids.has(id))];
}

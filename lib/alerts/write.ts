import { createHash } from "node:crypto";
import type { Incident } from "@/lib/domain/alerts/incidents";
import type { AlertState, Step } from "@/lib/domain/alerts/reconcile";
import type { Cause } from "@/lib/domain/causes";
import type { Names } from "@/lib/reports/names";
import type { AlertContent, AlertHistory, Silence } from "@/lib/schemas/alerts";
import { json, jsonOrNull, type Rows } from "@/lib/store/alerts/rows";
import type { Queryable } from "@/lib/store/query";
import type { ReadyChannel } from "./channels/registry";
import { contentOf } from "./content";
import { type StoredAlert, storedAlert } from "./stored";
import { titleOf } from "./words";

export interface Desk {
  db: Queryable;
  rows: Rows;
  names: Names;
  sources: readonly { lb: string | null; pool: string | null; format: string }[];
  silences: readonly Silence[];
  channels: readonly ReadyChannel[];
  now: number;
}

/** What an alert that goes on says is made anew this often. */
const freshContentMs = 60_000;

type Note = AlertHistory[number];

function note(
  desk: Desk,
  at: number,
  what: Note["what"],
  text: string | null = null,
  by: string | null = null,
): Note {
  return {
    at: new Date(at).toISOString(),
    notedAt: new Date(desk.now).toISOString(),
    what,
    by,
    note: text,
  };
}

const endWords = {
  recovered: null,
  "no-traffic": "The pool has no traffic any more",
  "rule-gone": "Its rule was removed or switched off",
};

/** Carries one step out. Answers the alert as it is then; null when there is none. */
export async function carryOut(
  desk: Desk,
  step: Step,
  known: ReadonlyMap<string, StoredAlert>,
  clock: number,
): Promise<StoredAlert | null> {
  if (step.kind === "open") return await open(desk, step.incident, clock);
  const alert = known.get(step.id);
  if (!alert) return null;
  switch (step.kind) {
    case "drop":
      await desk.rows.alert.delete({ where: { id: alert.id } });
      return null;
    case "hold":
      return await update(desk, alert, { endedAt: new Date(step.until) }, []);
    case "keep":
      return await keep(desk, alert, step.incident, clock);
    case "fire": {
      const { incident, again } = step;
      const firedAt = incident.firedAt ?? clock;
      const text = again ? "Late lines, or it came back" : null;
      return await tell(desk, alert, incident, clock, {
        state: "firing",
        since: again ? Math.min(alert.since, incident.since) : incident.since,
        firedAt: again ? (alert.firedAt ?? firedAt) : firedAt,
        endedAt: null,
        notes: [note(desk, again ? clock : firedAt, again ? "firing-again" : "firing", text)],
        ...(again ? { acknowledged: null } : {}),
      });
    }
    case "end": {
      const notes = [note(desk, step.endedAt, "resolved", endWords[step.why])];
      const change = { state: "resolved" as const, endedAt: step.endedAt, notes };
      if (step.incident) return await tell(desk, alert, step.incident, clock, change);
      return await update(
        desk,
        alert,
        { state: "resolved", endedAt: new Date(step.endedAt) },
        notes,
      );
    }
    case "correct": {
      const { incident } = step;
      const notes = [note(desk, desk.now, "corrected", step.note)];
      if (incident === null) {
        const endedAt = alert.endedAt ?? desk.now;
        return await update(
          desk,
          alert,
          { state: "resolved", corrected: true, endedAt: new Date(endedAt) },
          notes,
        );
      }
      return await tell(desk, alert, incident, clock, {
        state: incident.endedAt === null ? alert.state : "resolved",
        since: incident.since,
        endedAt: incident.endedAt,
        corrected: true,
        notes,
      });
    }
  }
}

/**
 * Whether nothing is left of what was found: a change that came between the look
 * and these words showed it to be another thing. The next look, which that change
 * asks for, finds what it is.
 */
function isGone(incident: Incident, { bounces, affectedSessions, lostSessions }: AlertContent) {
  return incident.causes.length > 0 && bounces + affectedSessions + lostSessions === 0;
}

/** Null: there is nothing to tell any more. */
async function open(desk: Desk, incident: Incident, clock: number): Promise<StoredAlert | null> {
  const { fingerprint, since, firedAt, endedAt } = incident;
  const id = createHash("sha256").update(`${fingerprint} ${since}`).digest("hex").slice(0, 12);
  const state: AlertState = firedAt === null ? "pending" : endedAt === null ? "firing" : "resolved";
  const notes = [note(desk, since, "pending")];
  if (firedAt !== null) notes.push(note(desk, firedAt, "firing"));
  if (state === "resolved" && endedAt !== null)
    notes.push(note(desk, endedAt, "resolved", "It was over when its lines came"));
  const told = firedAt === null ? null : await sayOf(desk, incident, clock);
  if (told && isGone(incident, told.content)) return null;
  const at = new Date(desk.now);
  const data = {
    fingerprint,
    pool: incident.pool,
    subject: incident.subject,
    cause: told?.cause ?? null,
    title: titleOf(incident.subject, told?.cause ?? null),
    severity: incident.severity,
    state,
    since: new Date(since),
    firedAt: firedAt === null ? null : new Date(firedAt),
    endedAt: endedAt === null ? null : new Date(endedAt),
    rules: json(incident.rules),
    channels: jsonOrNull(incident.channels),
    content: jsonOrNull(told?.content),
    history: json(notes),
    updatedAt: at,
  };
  const row = await desk.rows.alert.upsert({
    where: { id },
    create: { id, createdAt: at, ...data },
    update: data,
  });
  return storedAlert(row);
}

async function keep(
  desk: Desk,
  alert: StoredAlert,
  incident: Incident,
  clock: number,
): Promise<StoredAlert> {
  if (incident.firedAt === null) return alert;
  const old = desk.now - alert.row.updatedAt.getTime() >= freshContentMs;
  return old ? await tell(desk, alert, incident, clock, { state: alert.state, notes: [] }) : alert;
}

async function sayOf(desk: Desk, incident: Incident, clock: number, since = incident.since) {
  return await contentOf(desk.db, desk.names, { ...incident, since }, clock, desk.sources);
}

interface Change {
  state: AlertState;
  since?: number;
  firedAt?: number | null;
  endedAt?: number | null;
  corrected?: true;
  acknowledged?: null;
  notes: Note[];
}

/** Changes an alert and says anew what it is about. */
async function tell(
  desk: Desk,
  alert: StoredAlert,
  incident: Incident,
  clock: number,
  change: Change,
): Promise<StoredAlert> {
  const since = change.since ?? alert.since;
  const told = await sayOf(desk, incident, clock, since);
  if (isGone(incident, told.content)) {
    // What was told of it stands; whether it was so is found at the next look.
    if (change.state !== "resolved") return alert;
    return await update(
      desk,
      alert,
      {
        state: "resolved",
        endedAt: dateOf(change.endedAt ?? clock),
        ...(change.corrected ? { corrected: true } : {}),
      },
      change.notes,
    );
  }
  const rules = new Map(alert.rules.map((rule) => [rule.id, rule]));
  for (const rule of incident.rules) {
    const peak = Math.max(rule.peak, rules.get(rule.id)?.peak ?? 0);
    rules.set(rule.id, { ...rule, peak });
  }
  const cause = told.cause ?? alert.row.cause;
  const other = otherCause(desk, alert, told.cause);
  return await update(
    desk,
    alert,
    {
      state: change.state,
      since: new Date(since),
      // Later lines may show another cause than the first ones did.
      subject: incident.subject,
      fingerprint: incident.fingerprint,
      ...(change.firedAt === undefined ? {} : { firedAt: dateOf(change.firedAt) }),
      ...(change.endedAt === undefined ? {} : { endedAt: dateOf(change.endedAt) }),
      ...(change.corrected || other.length > 0 ? { corrected: true } : {}),
      ...(change.acknowledged === null ? { acknowledgedAt: null, acknowledgedBy: null } : {}),
      // What was grave stays grave while it goes on.
      severity: alert.severity === "critical" ? "critical" : incident.severity,
      cause,
      title: titleOf(incident.subject, told.cause ?? causeOf(alert)),
      rules: json([...rules.values()]),
      channels: jsonOrNull(incident.channels),
      content: json(told.content),
    },
    [...other, ...change.notes],
  );
}

/** Who was told a cause is told when it turns out to be another. */
function otherCause(desk: Desk, alert: StoredAlert, cause: Cause | null): Note[] {
  const before = alert.row.cause;
  if (alert.firedAt === null || cause === null || before === null || cause === before) return [];
  return [note(desk, desk.now, "corrected", `The cause is ${cause}, not ${before} as it seemed`)];
}

function causeOf(alert: StoredAlert) {
  return alert.content?.causes[0]?.cause ?? null;
}

function dateOf(at: number | null): Date | null {
  return at === null ? null : new Date(at);
}

type Data = Parameters<Rows["alert"]["update"]>[0]["data"];

export async function update(
  desk: Pick<Desk, "rows" | "now">,
  alert: StoredAlert,
  data: Data,
  notes: readonly Note[],
): Promise<StoredAlert> {
  const row = await desk.rows.alert.update({
    where: { id: alert.id },
    data: {
      ...data,
      ...(notes.length > 0 ? { history: json([...alert.history, ...notes].slice(-200)) } : {}),
      updatedAt: new Date(desk.now),
    },
  });
  return storedAlert(row);
}

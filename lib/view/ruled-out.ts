/** Causes that a hop's own requests speak against, each with what speaks. */
import { type Cause, causes } from "@/lib/domain/causes";
import type { Hop, Step, TimelineModel } from "./timeline";
import { formatClock } from "./times";

export interface RuledOut {
  cause: Cause;
  why: string;
}

/** A reload this long before still counts as near. */
const nearMs = 15 * 60_000;

export function ruledOut(model: TimelineModel, hop: Hop, step: Step, zone: string): RuledOut[] {
  const before = hop.from === null ? null : (model.steps[hop.from]?.request ?? null);
  const { request } = step;
  const { from, cause } = hop.bounce;
  const told = new Map<Cause, string>();

  if (before?.clientIp && before.clientIp === request.clientIp)
    told.set("client-ip-change", `${request.clientIp} before and after`);
  if (request.retries === 0 && request.attempts.length < 2)
    told.set("retry", `retries ${request.retries}`);
  else if (request.attempts.length === 1 && request.attempts[0]?.status != null)
    told.set("retry", "one attempt");
  if (/^[VN]/.test(request.persistence.state ?? ""))
    told.set("cookie-invalid", `cookie state ${request.persistence.state}`);
  if (/^[VI]/.test(request.persistence.state ?? ""))
    told.set("cookie-expired", `cookie state ${request.persistence.state}`);
  if (request.persistence.presented !== null)
    told.set("cookie-not-sent", `presented ${request.persistence.presented}`);
  if (before?.lb && before.lb === request.lb)
    told.set("lb-disagreement", `both through ${request.lb}`);
  if (!request.upgrade) told.set("websocket-upgrade", "no upgrade");
  if (before) {
    const end = Date.parse(before.startedAt) + (before.durationMs ?? 0);
    if (end < step.start)
      told.set(
        "concurrent-start",
        `the request before ended ${formatClock(end, zone, "millisecond")}`,
      );
  }
  const reload = model.marks.findLast(
    (change) => Date.parse(change.at) <= step.start && change.kind !== "other",
  );
  if (reload && step.start - Date.parse(reload.at) > nearMs)
    told.set("pool-change", `no change since ${formatClock(reload.at, zone)}`);
  const band = model.bands.some(
    (one) => one.node === from && one.from <= step.start && one.to >= step.start,
  );
  const states = model.bands.length > 0;
  if (!band && states && !["failover", "drain", "health-flap"].includes(cause))
    told.set("failover", `${from} was up`);

  return causes
    .filter((one) => told.has(one) && one !== cause)
    .map((one) => ({ cause: one, why: told.get(one) ?? "" }))
    .slice(0, 6);
}

import { describe, expect, it } from "vitest";
import { type Cause, classOf } from "../causes";
import { unsaid } from "./announcements";
import { type Incident, incidentsOf } from "./incidents";
import type { Finding } from "./measures";
import { type KnownAlert, reconcile } from "./reconcile";
import { firstRules } from "./rule";

const minute = 60_000;
const looked = {
  reliableFrom: 0,
  clock: 60 * minute,
  ruleIds: new Set(["r"]),
  withoutPast: false,
};

function incident(more: Partial<Incident> = {}): Incident {
  return {
    pool: "shop",
    subject: "routing",
    cause: "lb-disagreement",
    causes: ["lb-disagreement"],
    nodes: [],
    fingerprint: "f",
    since: 10 * minute,
    firedAt: 11 * minute,
    endedAt: null,
    severity: "critical",
    rules: [{ id: "r", name: "R", value: 3, peak: 3 }],
    channels: null,
    ...more,
  };
}

function known(more: Partial<KnownAlert> = {}): KnownAlert {
  return {
    id: "a",
    fingerprint: "f",
    subject: "routing",
    state: "firing",
    since: 10 * minute,
    firedAt: 11 * minute,
    endedAt: null,
    closedByHand: false,
    ruleIds: ["r"],
    ...more,
  };
}

const kinds = (...given: Parameters<typeof reconcile>) =>
  reconcile(...given).map(({ kind }) => kind);

describe("an incident", () => {
  it("opens one alert, which goes on while it does", () => {
    expect(kinds([], [incident()], looked)).toEqual(["open"]);
    expect(kinds([known()], [incident()], looked)).toEqual(["keep"]);
  });

  it("that was over before the measures are whole is neither opened nor corrected by what is left of it", () => {
    const later = { ...looked, reliableFrom: 30 * minute };
    const rest = incident({ since: 15 * minute, endedAt: 24 * minute });
    expect(kinds([], [rest], later)).toEqual([]);
    const told = known({ state: "resolved", endedAt: 18 * minute });
    expect(kinds([told], [rest], later)).toEqual([]);
    expect(kinds([told], [{ ...rest, since: 20 * minute, endedAt: null }], later)).toEqual([
      "fire",
    ]);
  });

  it("of which later lines show another cause stays the same alert", () => {
    const other = incident({ fingerprint: "g", cause: "cookie-invalid" });
    expect(kinds([known()], [other], looked)).toEqual(["keep"]);
    const elsewhere = incident({ fingerprint: "h", subject: "infrastructure", cause: "drain" });
    expect(kinds([known()], [elsewhere], looked)).toEqual(["keep"]);
    expect(kinds([known()], [incident({ fingerprint: "g" }), incident()], looked).sort()).toEqual([
      "keep",
      "open",
    ]);
  });

  it("that is over resolves its alert when it was over, not when that was seen", () => {
    const [step] = reconcile([known()], [incident({ endedAt: 20 * minute })], looked);
    expect(step).toMatchObject({ kind: "end", endedAt: 20 * minute, why: "recovered" });
  });

  it("that comes back within the gap fires the same alert again; later it is another", () => {
    const over = known({ state: "resolved", endedAt: 20 * minute });
    expect(kinds([over], [incident({ since: 22 * minute })], looked)).toEqual(["fire"]);
    expect(
      kinds([over], [incident({ since: 40 * minute })], { ...looked, reliableFrom: 30 * minute }),
    ).toEqual(["open"]);
  });

  it("that late lines take away corrects its alert, and one before what was looked at again ends", () => {
    expect(kinds([known()], [], looked)).toEqual(["correct"]);
    // What goes on is looked at from just when it began.
    expect(kinds([known()], [], { ...looked, reliableFrom: 10 * minute })).toEqual(["correct"]);
    expect(kinds([known()], [], { ...looked, reliableFrom: 15 * minute })).toEqual(["end"]);
    expect(kinds([known({ state: "pending" })], [], looked)).toEqual(["drop"]);
  });

  it("whose end late lines move corrects its alert", () => {
    const over = known({ state: "resolved", endedAt: 20 * minute });
    expect(kinds([over], [incident({ endedAt: 25 * minute })], looked)).toEqual(["correct"]);
    expect(kinds([over], [incident({ endedAt: 20 * minute })], looked)).toEqual([]);
  });

  it("that somebody closed stays closed until it is over, and begins anew after that", () => {
    const closed = known({ state: "resolved", endedAt: 20 * minute, closedByHand: true });
    expect(reconcile([closed], [incident()], looked)).toEqual([
      { kind: "hold", id: "a", until: looked.clock },
    ]);
  });

  it("whose rule is gone is resolved, not corrected", () => {
    const [step] = reconcile([known()], [], { ...looked, ruleIds: new Set() });
    expect(step).toMatchObject({ kind: "end", why: "rule-gone" });
  });
});

describe("findings", () => {
  const [first, second] = firstRules;
  if (!first || !second) throw new Error("there are rules");
  const episode = { since: 0, firedAt: minute, endedAt: 5 * minute, peak: 10, last: 1 };
  const at = (since: number, endedAt: number | null, peak = 10) => ({
    ...episode,
    since,
    endedAt,
    peak,
  });
  const of = (cause: Cause, own: Finding["episode"] = episode, rule = first): Finding => ({
    rule,
    subject: classOf(cause),
    cause,
    episode: own,
  });
  const causesOf = (...findings: Finding[]) =>
    incidentsOf("shop", findings).map(({ causes }) => causes.join("+"));

  it("of several rules about one cause are one incident, as grave as the gravest", () => {
    const found = incidentsOf("shop", [
      of("websocket-upgrade", episode, { ...second, severity: "warning" }),
      of("websocket-upgrade", at(2 * minute, null), { ...first, severity: "critical" }),
    ]);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ severity: "critical", since: 0, endedAt: null });
    expect(found[0]?.rules.map(({ id }) => id)).toEqual([first.id, second.id]);
  });

  it("without a proved cause join what else goes on, and are their own incident where nothing does", () => {
    const subjects = (...findings: Finding[]) =>
      incidentsOf("shop", findings).map(({ subject }) => subject);
    expect(subjects(of("unknown"), of("no-affinity"))).toEqual(["routing"]);
    expect(subjects(of("unknown"))).toEqual(["unknown"]);
  });

  it("that lie far apart are two incidents", () => {
    expect(causesOf(of("no-affinity"), of("no-affinity", at(30 * minute, null)))).toHaveLength(2);
  });

  it("of two causes of one class that begin apart are two incidents", () => {
    const later = at(3 * minute, 9 * minute);
    expect(causesOf(of("websocket-upgrade"), of("cookie-invalid", later))).toHaveLength(2);
    expect(causesOf(of("concurrent-start"), of("cookie-not-sent", later))).toHaveLength(2);
  });

  it("of one trouble whose bounces carry several causes are one incident, named by most of them", () => {
    // They begin together.
    expect(
      causesOf(of("cookie-invalid", at(0, null, 40)), of("failover", at(minute, null, 9))),
    ).toEqual(["cookie-invalid+failover"]);
    // A failing node brings all of these about.
    expect(causesOf(of("failover"), of("retry", at(4 * minute, null, 30)))).toEqual([
      "failover+retry",
    ]);
    // A small part of what goes on.
    expect(
      causesOf(
        of("websocket-upgrade", at(0, null, 50)),
        of("cookie-invalid", at(3 * minute, null, 4)),
      ),
    ).toEqual(["cookie-invalid+websocket-upgrade"]);
    // What it brings about beside itself, of whatever class.
    expect(
      causesOf(of("retry", at(0, null, 50)), of("pool-change", at(3 * minute, null, 4))),
    ).toEqual(["pool-change+retry"]);
    const [named] = incidentsOf("shop", [of("retry", at(0, null, 30)), of("failover")]);
    expect(named).toMatchObject({ subject: "infrastructure", cause: "retry" });
  });

  it("of a whole class say more of the causes that were found, and are an incident where none was", () => {
    const whole = { ...of("no-affinity", at(0, 20 * minute)), cause: null };
    const [found, ...more] = incidentsOf("shop", [whole, of("websocket-upgrade")]);
    expect(more).toEqual([]);
    expect(found).toMatchObject({ cause: "websocket-upgrade", endedAt: 5 * minute });
    expect(incidentsOf("shop", [whole])).toMatchObject([{ cause: null, endedAt: 20 * minute }]);
  });
});

describe("a channel", () => {
  const alert = {
    state: "firing" as const,
    pool: "shop",
    subject: "routing",
    severity: "critical" as const,
    ruleIds: ["r"],
    acknowledged: false,
    endedAt: null,
    announced: "nothing" as const,
  };
  const over = { ...alert, state: "resolved" as const, endedAt: 0 };

  it("hears each change of state, and nothing twice", () => {
    expect(unsaid(alert, false, 0)).toEqual(["firing"]);
    expect(unsaid({ ...alert, announced: "firing" }, false, 0)).toEqual([]);
    expect(unsaid({ ...alert, announced: "firing", acknowledged: true }, false, 0)).toEqual([
      "acknowledged",
    ]);
    expect(unsaid({ ...over, announced: "acknowledged" }, false, 0)).toEqual(["resolved"]);
    expect(unsaid({ ...over, announced: "resolved" }, false, 0)).toEqual([]);
  });

  it("hears nothing of what is silenced until the silence ends, and that it is over if it was told before", () => {
    expect(unsaid(alert, true, 0)).toEqual([]);
    expect(unsaid(alert, false, 0)).toEqual(["firing"]);
    expect(unsaid({ ...over, announced: "firing" }, true, 0)).toEqual(["resolved"]);
    expect(unsaid(over, true, 0)).toEqual([]);
  });

  it("hears of what was over before anybody knew, unless it is long ago", () => {
    expect(unsaid(over, false, 60 * minute)).toEqual(["firing", "resolved"]);
    expect(unsaid(over, false, 25 * 60 * minute)).toEqual([]);
  });
});

it("load that was found uneven first, and turns out to be what a trouble of sessions does, stays one alert", () => {
  const uneven = known({ subject: "imbalance", fingerprint: "uneven" });
  const trouble = incident({ since: uneven.since + 30_000, fingerprint: "trouble" });
  const steps = reconcile([uneven], [trouble], looked);
  expect(steps.map((step) => [step.kind, "id" in step ? step.id : null])).toEqual([["keep", "a"]]);
});

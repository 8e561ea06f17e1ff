import { describe, expect, it } from "vitest";
import { unsaid } from "./announcements";
import { type Incident, incidentsOf } from "./incidents";
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
  const episode = { since: 0, firedAt: minute, endedAt: 5 * minute, peak: 1, last: 1 };
  const at = (since: number, endedAt: number | null) => ({ ...episode, since, endedAt });

  it("of several rules about one class of causes are one incident, as grave as the gravest", () => {
    const found = incidentsOf("shop", [
      { rule: { ...second, severity: "warning" }, subject: "routing", episode },
      {
        rule: { ...first, severity: "critical" },
        subject: "routing",
        episode: at(2 * minute, null),
      },
    ]);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ severity: "critical", since: 0, endedAt: null });
    expect(found[0]?.rules.map(({ id }) => id)).toEqual([first.id, second.id]);
  });

  it("without a proved cause join what else goes on, and are their own incident where nothing does", () => {
    const unknown = { rule: first, subject: "unknown", episode };
    const routing = { rule: first, subject: "routing", episode };
    expect(incidentsOf("shop", [unknown, routing]).map(({ subject }) => subject)).toEqual([
      "routing",
    ]);
    expect(incidentsOf("shop", [unknown]).map(({ subject }) => subject)).toEqual(["unknown"]);
  });

  it("that lie far apart are two incidents", () => {
    const far = { rule: first, subject: "routing", episode: at(30 * minute, null) };
    expect(incidentsOf("shop", [{ rule: first, subject: "routing", episode }, far])).toHaveLength(
      2,
    );
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

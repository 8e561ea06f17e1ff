import { describe, expect, it } from "vitest";
import { chiefEvent, hopTitle, noNode, timelineModel } from "./timeline";
import { aBounce, aChange, aLoss, aNode, anEvent, aRequest, aTimeline } from "./timeline.sample";
import { cookieStateWords } from "./timeline-cookie";
import { hitPlot } from "./timeline-hits";
import { plotLayout } from "./timeline-layout";
import {
  connectorGroups,
  connectorPath,
  crossing,
  lyingDown,
  markBox,
  markPaths,
} from "./timeline-paths";
import { placePills } from "./timeline-pills";
import { fitScale } from "./timeline-scale";
import { stepMatches, stepsIn } from "./timeline-steps";
import { timelineVerdict } from "./timeline-verdict";

const lanes = { edge: (lane: number) => lane * 47, size: 47 };

function bouncedOnce() {
  return aTimeline({
    nodes: [aNode("web-03", 0), aNode("web-05", 1)],
    requests: [
      aRequest("a", 0, "web-03", { inserted: "s3" }),
      aRequest("b", 400, "web-03", { presented: "s3", intended: "web-03" }),
      aRequest("c", 60_000, "web-05", {
        presented: "s3",
        intended: "web-03",
        inserted: "s5",
        status: 302,
      }),
      aRequest("d", 60_300, "web-05", { presented: "s5", intended: "web-05", status: 500 }),
    ],
    bounces: [aBounce("c", 60_000, "web-03", "web-05", "failover")],
    events: [anEvent("session.missing", 60_010, "c", "web-05")],
    losses: [aLoss(60_010, "web-05", "routing", "c")],
    changes: [aChange("node-down", 58_000, "web-03")],
  });
}

/** Three nodes in turn, and with each request a hop to the next. */
function hopsEachTime(count: number, everyMs: number, cause: Parameters<typeof aBounce>[4]) {
  const node = (n: number) => `web-0${n % 3}`;
  const requests = Array.from({ length: count }, (_, n) =>
    aRequest(`r${n}`, n * everyMs, node(n), { status: 200 }),
  );
  const bounces = requests
    .slice(1)
    .map(({ id }, n) => aBounce(id, (n + 1) * everyMs, node(n), node(n + 1), cause));
  const model = timelineModel(
    aTimeline({ nodes: [0, 1, 2].map((n) => aNode(node(n), n)), requests, bounces }),
  );
  const scale = fitScale({ ...model.bounds, spans: model.spans, fold: true, length: 1000 });
  return plotLayout(model, scale, new Set());
}

describe("the model of a session", () => {
  it("numbers the hops, ties the loss to its hop and the event to its request", () => {
    const model = timelineModel(bouncedOnce());
    expect(model.hops).toHaveLength(1);
    const [hop] = model.hops;
    expect(hop?.number).toBe(1);
    expect(hop?.from).toBe(1);
    expect(hop?.loss?.lostTo).toBe("routing");
    expect(hop && hopTitle(hop, model.hops)).toBe("Hop 1 of 1");
    expect(model.steps[2]?.events.map((event) => event.type)).toEqual(["session.missing"]);
    expect(model.stray).toEqual([]);
  });

  it("says where the cookie named another node, and by what name a response bound the session", () => {
    const model = timelineModel(bouncedOnce());
    expect(model.steps.map((step) => step.differs)).toEqual([false, false, true, false]);
    expect(model.steps[2]?.sets).toBe("web-05");
  });

  it("notices a bound session that comes without its cookie, and only there", () => {
    const model = timelineModel(
      aTimeline({
        nodes: [aNode("web-01", 0)],
        requests: [
          aRequest("a", 0, "web-01"),
          aRequest("b", 100, "web-01", { inserted: "s1" }),
          aRequest("c", 200, "web-01", { presented: "s1", intended: "web-01" }),
          aRequest("d", 300, "web-01"),
        ],
      }),
    );
    expect(model.steps.map((step) => step.intended.kind)).toEqual([
      "untold",
      "untold",
      "named",
      "unsent",
    ]);
  });

  it("reads from HAProxy's flags alone that a bound session came without its cookie", () => {
    const request = (id: string, ms: number, state: string) => ({
      ...aRequest(id, ms, "web-01"),
      persistence: { presented: null, inserted: null, state },
    });
    const model = timelineModel(
      aTimeline({
        nodes: [aNode("web-01", 0)],
        requests: [request("a", 0, "NI"), request("b", 100, "VN"), request("c", 200, "NI")],
      }),
    );
    expect(model.steps.map((step) => step.intended.kind)).toEqual(["untold", "untold", "unsent"]);
    expect(cookieStateWords("NI")).toBe("no cookie sent, one inserted");
    expect(cookieStateWords("stuck")).toBeNull();
  });

  it("does not claim that a cookie was missing where the log never carries one", () => {
    const model = timelineModel(
      aTimeline({
        nodes: [aNode("web-01", 0)],
        requests: [aRequest("a", 0, "web-01"), aRequest("b", 100, "web-01")],
      }),
    );
    expect(model.steps.every((step) => step.intended.kind === "untold")).toBe(true);
  });

  it("gives returns no number and tells from which hop they come back", () => {
    const model = timelineModel(
      aTimeline({
        nodes: [aNode("web-01", 0), aNode("web-02", 1)],
        requests: [
          aRequest("a", 0, "web-01"),
          aRequest("b", 1000, "web-02"),
          aRequest("c", 2000, "web-01"),
          aRequest("d", 3000, "web-02"),
        ],
        bounces: [
          aBounce("b", 1000, "web-01", "web-02", "retry"),
          aBounce("c", 2000, "web-02", "web-01", "retry", true),
          aBounce("d", 3000, "web-01", "web-02", "retry"),
        ],
      }),
    );
    expect(model.hops.map((hop) => hopTitle(hop, model.hops))).toEqual([
      "Hop 1 of 2",
      "Return from hop 1",
      "Hop 2 of 2",
    ]);
  });

  it("puts requests that reached no node on a lane of their own, last", () => {
    const model = timelineModel(
      aTimeline({
        nodes: [aNode("web-01", 0)],
        requests: [aRequest("a", 0, null, { status: 503 }), aRequest("b", 100, "web-01")],
      }),
    );
    expect(model.lanes.map((lane) => lane.node)).toEqual(["web-01", noNode]);
  });

  it("ends a node's down time when it is up again and leaves the last state open", () => {
    const model = timelineModel(
      aTimeline({
        nodes: [aNode("web-01", 0)],
        requests: [aRequest("a", 0, "web-01"), aRequest("b", 90_000, "web-01")],
        changes: [
          aChange("node-drain", 10_000, "web-01"),
          aChange("node-down", 20_000, "web-01"),
          aChange("node-down", 21_000, "web-01"),
          aChange("node-up", 40_000, "web-01"),
          aChange("node-drain", 80_000, "web-01"),
          aChange("deploy", 5_000, null),
        ],
      }),
    );
    expect(model.bands.map(({ kind, open }) => [kind, open])).toEqual([
      ["drain", false],
      ["down", false],
      ["drain", true],
    ]);
    expect(model.marks.map((change) => change.kind)).toEqual(["deploy"]);
  });

  it.each(["before", "after"])(
    "shows a node as up that came back within the millisecond in which it went down, told %s it",
    (order) => {
      const changes = [
        aChange("node-down", 10_000, "web-01"),
        aChange("node-up", 10_000, "web-01"),
        aChange("node-down", 50_000, "web-01"),
      ];
      const model = timelineModel(
        aTimeline({
          nodes: [aNode("web-01", 0)],
          requests: [aRequest("a", 0, "web-01"), aRequest("b", 90_000, "web-01")],
          changes: order === "after" ? changes : changes.toReversed(),
        }),
      );
      expect(model.bands.map(({ kind, open }) => [kind, open])).toEqual([["down", true]]);
    },
  );

  it("filters the requests of the table", () => {
    const model = timelineModel(bouncedOnce());
    const { steps } = model;
    const ids = (filter: "hops" | "missing" | "errors") =>
      steps.filter((step) => stepMatches(step, filter)).map((step) => step.request.id);
    expect(ids("hops")).toEqual(["c"]);
    expect(ids("missing")).toEqual(["c"]);
    expect(ids("errors")).toEqual(["d"]);
    const from = steps[2]?.start ?? 0;
    expect(stepsIn(model, { from, to: from + 10 })).toHaveLength(1);
  });

  it("finds the requests in view, also one that began long before", () => {
    const model = timelineModel(
      aTimeline({
        nodes: [aNode("web-01", 0)],
        requests: [
          aRequest("long", 0, "web-01", { durationMs: 100_000 }),
          aRequest("short", 1000, "web-01", { durationMs: 10 }),
          aRequest("seen", 50_000, "web-01", { durationMs: 10 }),
          aRequest("later", 90_000, "web-01", { durationMs: 10 }),
        ],
      }),
    );
    const from = (model.steps[0]?.start ?? 0) + 40_000;
    const found = stepsIn(model, { from, to: from + 20_000 });
    expect(found.map((step) => step.request.id)).toEqual(["long", "seen"]);
    expect(stepsIn(model, model.bounds)).toHaveLength(4);
  });

  it("lets the most telling event speak for a request", () => {
    const events = [
      anEvent("session.retrieved", 0, "a", "web-01"),
      anEvent("session.missing", 1, "a", "web-01"),
    ];
    expect(chiefEvent(events)?.type).toBe("session.missing");
    expect(chiefEvent([])).toBeNull();
  });
});

describe("the plot", () => {
  it("draws the hop from the node left to the node reached and finds it under the pointer", () => {
    const model = timelineModel(bouncedOnce());
    const scale = fitScale({ ...model.bounds, spans: model.spans, fold: true, length: 800 });
    const layout = plotLayout(model, scale, new Set());
    expect(layout.connectors).toHaveLength(1);
    const [connector] = layout.connectors;
    expect(connector?.fromLane).toBe(0);
    expect(connector?.toLane).toBe(1);
    expect(layout.differences.map(({ lost }) => lost)).toEqual([true]);
    if (!connector) throw new Error("no connector");
    expect(connectorPath(connector, lanes, lyingDown)).toMatch(/^M/);
    const hit = hitPlot(layout, lanes, connector.end - 9, 40);
    expect(hit?.kind === "hop" && hit.hop.number).toBe(1);
  });

  it("finds every request under the pointer, and nothing beside them", () => {
    const model = timelineModel(bouncedOnce());
    const scale = fitScale({ ...model.bounds, spans: model.spans, fold: true, length: 800 });
    const layout = plotLayout(model, scale, new Set());
    for (const mark of layout.marks) {
      const box = markBox(mark, lanes);
      const hit = hitPlot(layout, lanes, box.along + 1, box.across + box.acrossSize / 2);
      expect(hit?.kind === "mark" && hit.mark.step).toBe(mark.step);
    }
    expect(hitPlot(layout, lanes, 400, 40)).toBeNull();
  });

  it("leaves out hidden lanes and the hops that touch them", () => {
    const model = timelineModel(bouncedOnce());
    const scale = fitScale({ ...model.bounds, spans: model.spans, fold: true, length: 800 });
    const layout = plotLayout(model, scale, new Set(["web-05"]));
    expect(layout.lanes.map((lane) => lane.node)).toEqual(["web-03"]);
    expect(layout.connectors).toEqual([]);
    expect(layout.marks.every((mark) => mark.lane === 0)).toBe(true);
  });

  it("puts a request that overlaps another on the second row", () => {
    const model = timelineModel(
      aTimeline({
        nodes: [aNode("web-01", 0)],
        requests: [
          aRequest("a", 0, "web-01", { durationMs: 500 }),
          aRequest("b", 100, "web-01", { durationMs: 500 }),
        ],
      }),
    );
    const scale = fitScale({ ...model.bounds, spans: model.spans, fold: true, length: 400 });
    expect(plotLayout(model, scale, new Set()).marks.map((mark) => mark.row)).toEqual([0, 1]);
  });

  it("draws ten thousand requests with no more marks than pixels, and loses none", () => {
    const layout = hopsEachTime(10_000, 360, "no-affinity");
    expect(layout.marks.length).toBeLessThanOrEqual(3 * 2 * 1001);
    expect(layout.marks.reduce((sum, mark) => sum + mark.count, 0)).toBe(10_000);
    expect(layout.connectors.length).toBeLessThanOrEqual(3 * 1001);
    expect(markPaths(layout.marks, lanes, lyingDown)).toHaveLength(1);
    expect(connectorGroups(layout.connectors)).toHaveLength(1);
    const pills = placePills(
      layout,
      lanes,
      lyingDown,
      { width: 1000, height: 141 },
      (t) => t.length * 6,
      7,
    );
    expect(pills.length).toBeLessThanOrEqual(80);
    expect(pills.some((pill) => pill.connector.hop.number === 7)).toBe(true);
  });

  it("leaves a named pill at its own hop, however many there are", () => {
    const layout = hopsEachTime(24, 20_000, "cookie-not-sent");
    const pills = placePills(
      layout,
      lanes,
      lyingDown,
      { width: 1000, height: 141 },
      (t) => t.length * 6,
      2,
    );
    const named = pills.filter((pill) => pill.named);
    expect(named.length).toBeGreaterThan(2);
    // Beside its line or on it; at the plot's ends it is pushed inwards.
    for (const { x, width, connector } of named.filter(
      (pill) => pill.x > 1 && pill.x + pill.width < 999,
    ))
      expect([x <= crossing(connector) + 12, x + width >= crossing(connector) - 12]).toEqual([
        true,
        true,
      ]);
  });

  it("keeps pills off each other and inside the plot", () => {
    const model = timelineModel(bouncedOnce());
    const scale = fitScale({ ...model.bounds, spans: model.spans, fold: true, length: 800 });
    const layout = plotLayout(model, scale, new Set());
    const pills = placePills(
      layout,
      lanes,
      lyingDown,
      { width: 800, height: 94 },
      (t) => t.length * 6,
      null,
    );
    expect(pills).toHaveLength(1);
    for (const pill of pills) {
      expect(pill.x).toBeGreaterThanOrEqual(0);
      expect(pill.x + pill.width).toBeLessThanOrEqual(800);
      expect(pill.y + pill.height).toBeLessThanOrEqual(94);
    }
  });
});

describe("the verdict", () => {
  const say = (timeline: ReturnType<typeof aTimeline>) =>
    timelineVerdict(timeline)
      .map((phrase) => phrase.text)
      .join("");

  it("names how often, across what, the cause and the loss", () => {
    expect(say(bouncedOnce())).toBe(
      "Bounced 1 time across 2 nodes in 1m. The cause is failover (explained). Every bounce is explained. It was lost once, to routing.",
    );
  });

  it("names all causes that are equally frequent", () => {
    const timeline = aTimeline({
      nodes: [aNode("web-01", 0), aNode("web-02", 1)],
      requests: [
        aRequest("a", 0, "web-01"),
        aRequest("b", 1000, "web-02"),
        aRequest("c", 61_000, "web-01"),
      ],
      bounces: [
        aBounce("b", 1000, "web-01", "web-02", "retry"),
        aBounce("c", 61_000, "web-02", "web-01", "cookie-not-sent"),
      ],
    });
    expect(say(timeline)).toBe(
      "Bounced 2 times across 2 nodes in 1m 1s. The causes are retry and cookie-not-sent.",
    );
  });

  it("says plainly that a session stayed", () => {
    const timeline = aTimeline({
      nodes: [aNode("web-01", 0)],
      requests: [aRequest("a", 0, "web-01"), aRequest("b", 2_000, "web-01")],
    });
    expect(say(timeline)).toBe("Did not bounce: all 2 requests reached web-01 in 2 s.");
  });

  it("does not claim to have judged all of a session that never ends", () => {
    const timeline = aTimeline({
      nodes: [aNode("web-01", 0)],
      requests: [aRequest("a", 0, "web-01")],
    });
    const endless = { ...timeline, session: { ...timeline.session, requests: 12_000 } };
    expect(say(endless)).toContain("Only its first 10,000 requests are judged.");
  });
});

import { describe, expect, it } from "vitest";
import { changeLabel } from "./change-words";
import { aChange } from "./overview.fixture";
import { downSpans, gatherChanges, layChanges } from "./overview-changes";

const from = Date.parse("2026-11-21T02:00:00Z");
const to = Date.parse("2026-11-21T03:00:00Z");
const span = { from, to };
const minute = 60_000;

describe("gatherChanges", () => {
  it("makes one mark of what two balancers tell of one node", () => {
    const marks = gatherChanges(
      [
        aChange("2026-11-21T02:15:02Z", "node-down", { node: "web-03", lb: "edge-2" }),
        aChange("2026-11-21T02:15:00Z", "node-down", { node: "web-03", lb: "edge-1" }),
        aChange("2026-11-21T02:15:01Z", "node-down", { node: "web-04", lb: "edge-1" }),
        aChange("2026-11-21T02:25:00Z", "node-down", { node: "web-03", lb: "edge-1" }),
      ],
      minute,
    );
    expect(marks.map(({ change, reports }) => [changeLabel(change), reports])).toEqual([
      ["web-03 down", 2],
      ["web-04 down", 1],
      ["web-03 down", 1],
    ]);
  });

  it("keeps two deploys apart", () => {
    const marks = gatherChanges(
      [
        aChange("2026-11-21T02:15:00Z", "deploy", { title: "4f1c2e9" }),
        aChange("2026-11-21T02:15:09Z", "deploy", { title: "88d01ab" }),
      ],
      minute,
    );
    expect(marks).toHaveLength(2);
  });
});

describe("layChanges", () => {
  const marks = (...changes: ReturnType<typeof aChange>[]) => gatherChanges(changes, 1000);

  it("puts neighbours on two rows and leaves the label of a third away", () => {
    const laid = layChanges(
      marks(
        aChange("2026-11-21T02:00:00Z", "deploy"),
        aChange("2026-11-21T02:01:00Z", "config"),
        aChange("2026-11-21T02:02:00Z", "scale"),
        aChange("2026-11-21T02:30:00Z", "other"),
      ),
      span,
      600,
      () => 120,
    );
    expect(laid.map(({ row }) => row)).toEqual([0, 1, null, 0]);
  });

  it("writes that a node went down before that others were drained", () => {
    const laid = layChanges(
      marks(
        aChange("2026-11-21T02:10:00Z", "node-drain", { node: "a" }),
        aChange("2026-11-21T02:11:00Z", "node-drain", { node: "b" }),
        aChange("2026-11-21T02:12:00Z", "node-down", { node: "c" }),
      ),
      span,
      600,
      () => 120,
    );
    expect(laid.map(({ change, row }) => [change.node, row])).toEqual([
      ["a", 1],
      ["b", null],
      ["c", 0],
    ]);
  });

  it("turns a label to the left where it would leave the plot", () => {
    const [laid] = layChanges(
      marks(aChange("2026-11-21T02:58:00Z", "deploy")),
      span,
      600,
      () => 120,
    );
    expect(laid?.flipped).toBe(true);
  });

  it("leaves the end of the lower row to the button that stands there", () => {
    const laid = layChanges(
      marks(
        aChange("2026-11-21T02:50:00Z", "node-down", { node: "a" }),
        aChange("2026-11-21T02:59:00Z", "deploy"),
      ),
      span,
      600,
      () => 120,
      30,
    );
    expect(laid.map(({ row }) => row)).toEqual([0, null]);
  });

  it("cuts a label that has room for a part of it", () => {
    const laid = layChanges(
      marks(
        aChange("2026-11-21T02:00:00Z", "deploy"),
        aChange("2026-11-21T02:02:00Z", "deploy", { title: "another" }),
        aChange("2026-11-21T02:50:00Z", "config"),
      ),
      span,
      600,
      () => 490,
    );
    expect(laid.map(({ row, room, flipped }) => [row, room, flipped])).toEqual([
      [0, null, false],
      [1, null, false],
      [0, 100, false],
    ]);
  });

  it("leaves out what lies outside the range", () => {
    expect(
      layChanges(marks(aChange("2026-11-21T04:00:00Z", "deploy")), span, 600, () => 9),
    ).toEqual([]);
  });
});

describe("downSpans", () => {
  it("reaches from down to up", () => {
    const spans = downSpans(
      [
        aChange("2026-11-21T02:15:00Z", "node-down", { node: "web-03" }),
        aChange("2026-11-21T02:30:00Z", "node-up", { node: "web-03" }),
      ],
      span,
    );
    expect(spans).toEqual([{ node: "web-03", start: 0.25, end: 0.5 }]);
  });

  it("is open to the end while the node is still down", () => {
    const spans = downSpans(
      [aChange("2026-11-21T02:45:00Z", "node-down", { node: "web-03" })],
      span,
    );
    expect(spans).toEqual([{ node: "web-03", start: 0.75, end: 1 }]);
  });

  it("is none where the node came back in the same moment, whichever is told first", () => {
    const changes = [
      aChange("2026-11-21T02:15:00Z", "node-up", { node: "a" }),
      aChange("2026-11-21T02:15:00Z", "node-down", { node: "a" }),
    ];
    expect(downSpans(changes, span)).toEqual([]);
    expect(downSpans(changes.toReversed(), span)).toEqual([]);
  });

  it("keeps nodes of two pools apart", () => {
    const spans = downSpans(
      [
        aChange("2026-11-21T02:15:00Z", "node-down", { node: "a", pool: "x" }),
        aChange("2026-11-21T02:30:00Z", "node-up", { node: "a", pool: "y" }),
      ],
      span,
    );
    expect(spans).toEqual([{ node: "a", start: 0.25, end: 1 }]);
  });
});

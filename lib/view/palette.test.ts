import { describe, expect, it } from "vitest";
import { foundIn } from "./palette";

const items = [
  { id: "1", group: "Pages", label: "Overview" },
  { id: "2", group: "Pages", label: "Nodes", words: "heatmap load" },
  { id: "3", group: "Nodes", label: "web-01", words: "checkout" },
  { id: "4", group: "Nodes", label: "web-02", words: "checkout" },
  { id: "5", group: "Time", label: "Last 24 hours" },
];
const found = (typed: string) =>
  foundIn(items, typed, 8).flatMap((group) => group.items.map((item) => item.id));

describe("the palette", () => {
  it("shows everything in its order before anything is typed", () => {
    expect(found("")).toEqual(["1", "2", "3", "4", "5"]);
  });

  it("finds by any words of a thing, in any order, those that begin with it first", () => {
    expect(found("no")).toEqual(["2", "3", "4"]);
    expect(found("02 web")).toEqual(["4"]);
    expect(found("24 hours")).toEqual(["5"]);
    expect(found("checkout 01")).toEqual(["3"]);
    expect(found("HEAT")).toEqual(["2"]);
    expect(found("over there")).toEqual([]);
  });

  it("keeps a group to its best few", () => {
    expect(foundIn(items, "web", 1)).toEqual([{ group: "Nodes", items: [items[2]] }]);
  });
});

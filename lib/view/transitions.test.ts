import { expect, it } from "vitest";
import { heatStep } from "./heat-steps";
import { transitionTable } from "./transitions";

it("sums what left and what came to each node", () => {
  const table = transitionTable({
    nodes: ["a", "b"],
    stay: [0.9, null],
    left: [3, 1],
    reached: [1, 3],
    bounces: 4,
    moves: 2,
    movedNodes: 2,
    items: [
      { from: "a", to: "b", bounces: 3, byCause: { drain: 3 } },
      { from: "b", to: "a", bounces: 1, byCause: { drain: 1 } },
    ],
  });
  expect(table).toMatchObject({ total: 4, most: 3, more: 0 });
  expect(table.nodes.map(({ name, out, in: came, stay }) => [name, out, came, stay])).toEqual([
    ["a", 3, 1, 0.9],
    ["b", 1, 3, null],
  ]);
});

it("keeps the nodes with most moves, and says how many more moved", () => {
  const nodes = Array.from({ length: 12 }, (_, index) => `n${index}`);
  const table = transitionTable(
    {
      nodes,
      stay: nodes.map(() => 1),
      left: nodes.map((_, index) => ({ 11: 5, 2: 1 })[index] ?? 0),
      reached: nodes.map((_, index) => ({ 10: 5, 3: 1 })[index] ?? 0),
      bounces: 6,
      moves: 2,
      movedNodes: 4,
      items: [
        { from: "n11", to: "n10", bounces: 5, byCause: {} },
        { from: "n2", to: "n3", bounces: 1, byCause: {} },
      ],
    },
    2,
  );
  expect(table.nodes.map(({ name }) => name)).toEqual(["n10", "n11"]);
  expect(table.more).toBe(2);
});

it("keeps one bounce apart from none on the heat scale", () => {
  expect(heatStep(0, 400)).toBe(0);
  expect(heatStep(1, 400)).toBe(1);
  expect(heatStep(400, 400)).toBe(8);
});

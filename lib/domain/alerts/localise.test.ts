import { describe, expect, it } from "vitest";
import { localise } from "./localise";

const involved = (bad: readonly number[]) =>
  localise(bad.map((n, index) => ({ name: `n${index}`, bad: n, requests: 1000 })))
    .filter((place) => place.involved)
    .map(({ name }) => name);

describe("where the trouble is", () => {
  it("is the node that has nearly all of it", () => {
    expect(involved([1, 40, 2, 0])).toEqual(["n1"]);
    expect(involved([30, 28, 2, 1])).toEqual(["n0", "n1"]);
    expect(involved([0, 1, 4, 0])).toEqual(["n2"]);
    expect(involved([3, 2, 1, 1])).toEqual(["n0", "n1", "n2", "n3"]);
  });

  it("is all of ten nodes that have about as much each", () => {
    expect(involved([20, 21, 19, 18, 22, 20, 20, 19, 21, 17])).toHaveLength(10);
  });

  it("is nowhere where there is none", () => {
    expect(involved([0, 0])).toEqual([]);
  });
});

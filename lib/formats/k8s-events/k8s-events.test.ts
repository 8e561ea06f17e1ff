import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { k8sEvents } from ".";

const [killing = "", scaled = ""] = readFileSync(
  new URL("samples.log", import.meta.url),
  "utf8",
).split("\n");
const parse = k8sEvents.compile({ receivedAt: 0 });

describe("A Kubernetes event", () => {
  it("that kills a pod is a node that goes down", () => {
    expect(parse(killing)).toMatchObject({
      kind: "change",
      at: Date.UTC(2026, 10, 21, 8, 12, 32),
      change: "node-down",
      node: "shop-7d9f-abcde",
      title: "Killing shop/shop-7d9f-abcde: Stopping container shop",
      author: "kubelet",
    });
  });

  it("of the newer kind, wrapped by a watch, is read too", () => {
    expect(parse(scaled)).toMatchObject({
      at: Date.UTC(2026, 10, 21, 8, 12, 33, 123) + 0.456,
      change: "scale",
      node: null,
      author: "deployment-controller",
    });
  });

  it("that does not concern where requests go is rejected with its reason", () => {
    expect(parse(killing.replace("Killing", "Pulled"))).toEqual({
      kind: "rejected",
      reason: 'member "reason": expected one that concerns where requests go, got "Pulled"',
    });
  });
});

import { expect, it } from "vitest";
import type { ChangeKind } from "@/lib/domain/facts";
import type { Mark } from "@/lib/view/overview-changes";
import { rolloutsOf } from "./rollouts";

let made = 0;

function mark(clock: string, kind: ChangeKind, pool: string | null = "shop"): Mark {
  made += 1;
  return {
    reports: 1,
    change: {
      id: `change-${made}`,
      at: `2026-01-15T${clock}:00Z`,
      kind,
      pool,
      node: kind.startsWith("node") ? `app${made}` : null,
      lb: null,
      title: kind,
      url: null,
      author: null,
    },
  };
}

it("counts nodes taken out one after another to the deploy before them", () => {
  const marks = [
    mark("11:05", "deploy"),
    mark("11:06", "node-drain"),
    mark("11:08", "node-drain"),
    mark("11:16", "node-maintenance"),
    mark("11:20", "config"),
  ];
  expect(rolloutsOf(marks)).toEqual([0, 0, 0, 0, 4]);
});

it("keeps apart what lies further apart, and pools", () => {
  const marks = [
    mark("11:05", "node-drain"),
    mark("11:06", "node-drain", "blog"),
    mark("11:16", "node-drain"),
  ];
  expect(rolloutsOf(marks)).toEqual([0, 1, 2]);
});

it("counts nodes of any pool to a deploy that names none", () => {
  const marks = [mark("11:05", "deploy", null), mark("11:06", "node-drain", "blog")];
  expect(rolloutsOf(marks)).toEqual([0, 0]);
});

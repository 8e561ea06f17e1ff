import { describe, expect, it } from "vitest";
import { draftOf, emptyDraft, readDraft } from "./source-draft";

describe("the source form", () => {
  it("says which field is wrong", () => {
    const read = readDraft({
      ...emptyDraft,
      name: "edge 1",
      sessionKind: "cookie",
      affinity: "cookie",
      idleSeconds: "-1",
      nodes: "web-01 10.0.1.11",
    });
    expect(read.ok).toBe(false);
    if (!read.ok)
      expect(Object.keys(read.errors).sort()).toEqual([
        "idleSeconds",
        "name",
        "nodes",
        "sessionName",
      ]);
  });

  it("gives back what it was opened with", () => {
    const source = {
      format: "haproxy-http",
      formatString: null,
      lb: "edge-1",
      pool: null,
      timezone: "Europe/Berlin",
      session: { cookie: "sid" },
      correlation: { header: "x-request-id" },
      affinity: { method: "cookie" as const, cookie: "SERVERID", idleSeconds: 1800 },
      nodes: [{ name: "web-01", addresses: ["10.0.1.11:8080", "10.0.1.11"] }],
    };
    expect(readDraft(draftOf("edge", source))).toEqual({ ok: true, name: "edge", source });
  });
});

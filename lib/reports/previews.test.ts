import { describe, expect, it } from "vitest";
import { aBounce, aNode, aRequest, aTimeline } from "@/lib/view/timeline.sample";
import { timelinePreview } from "./previews";

describe("a link's preview", () => {
  const told = aTimeline({
    nodes: [aNode("web-01", 0), aNode("web-02", 1)],
    requests: [aRequest("a", 0, "web-01"), aRequest("b", 9000, "web-02")],
    bounces: [aBounce("b", 9000, "web-01", "web-02", "failover")],
  });
  const preview = timelinePreview(told);

  it("says the pool, how often the session bounced and why, and not which session it is", () => {
    expect(preview.title).toMatch(/^checkout: 1 bounce over 2 nodes/);
    expect(preview.title).toContain("failover");
    expect(preview.description).toMatch(/^Bounced /);
    expect(`${preview.title} ${preview.description} ${preview.picture()}`).not.toContain(
      told.session.id,
    );
  });

  it("draws a lane for each node, as a picture of the size that chats show", () => {
    const picture = preview.picture();
    expect(picture).toContain('width="1200" height="630"');
    for (const node of told.session.nodes) expect(picture).toContain(`>${node}</text>`);
    expect(picture).not.toMatch(/NaN|undefined/);
  });
});

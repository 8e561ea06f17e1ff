import { describe, expect, it } from "vitest";
import { emptyTick, LiveHub } from "./live-hub";
import { liveStream } from "./live-stream";

const hubOf = () => new LiveHub({ now: () => 0, after: () => () => {} });

async function readUntil(response: Response, wanted: (text: string) => boolean) {
  const reader = response.body?.getReader();
  if (!reader) throw new Error("no body");
  const decoder = new TextDecoder();
  let text = "";
  while (!wanted(text)) {
    const { value, done } = await reader.read();
    if (done) return { text, done, reader };
    text += decoder.decode(value);
  }
  return { text, done: false, reader };
}

describe("the live stream", () => {
  it("writes each event with its name, an id and its data, uncompressed and unbuffered", async () => {
    const hub = hubOf();
    const response = liveStream(hub, { pool: null }, options());
    hub.publish([{ ...emptyTick(0), requests: 7 }]);
    const { text } = await readUntil(response, (so) => so.includes("tick"));
    expect(text).toMatch(/id: \S+\nevent: tick\ndata: \{.*"requests":7.*\}\n\n/);
    expect(response.headers.get("content-encoding")).toBe("none");
    expect(response.headers.get("cache-control")).toContain("no-transform");
  });

  it("tells one who came back to ask again", async () => {
    const response = liveStream(hubOf(), { pool: null }, { ...options(), resumed: true });
    const { text } = await readUntil(response, (so) => so.includes("event:"));
    expect(text).toContain('"requests":0');
  });

  it("tells one who names a moment what was sent since, or to ask again", async () => {
    const hub = hubOf();
    hub.publish([{ ...emptyTick(0), requests: 7, pools: ["shop"] }]);
    const told = liveStream(hub, { pool: null }, { ...options(), since: 0 });
    expect((await readUntil(told, (so) => so.includes("event:"))).text).toContain('"requests":7');
    const late = liveStream(hub, { pool: null }, { ...options(), since: -1 });
    expect((await readUntil(late, (so) => so.includes("event:"))).text).toContain('"pools":[]');
  });

  it("keeps the newest for a reader who does not read, and tells them that some were dropped", async () => {
    const hub = hubOf();
    const response = liveStream(hub, { pool: null }, { ...options(), queueLength: 5 });
    for (let n = 1; n <= 100; n++) hub.publish([{ ...emptyTick(0), requests: n }]);
    const { text } = await readUntil(response, (so) => so.includes('"requests":100'));
    expect(text.match(/event: tick/g)?.length).toBeLessThan(30);
    expect(text).toContain('"requests":0');
  });

  it("leaves the hub when the reader goes, when it is too old and when the server stops", async () => {
    const hub = hubOf();
    const gone = new AbortController();
    liveStream(hub, { pool: null }, { ...options(), signal: gone.signal });
    expect(hub.size).toBe(1);
    gone.abort();
    expect(hub.size).toBe(0);

    const old = liveStream(hub, { pool: null }, { ...options(), maxAgeMs: 1 });
    expect((await readUntil(old, () => false)).done).toBe(true);
    expect(hub.size).toBe(0);

    const stopped = liveStream(hub, { pool: null }, options());
    hub.close();
    expect((await readUntil(stopped, () => false)).done).toBe(true);
  });
});

function options() {
  return { signal: new AbortController().signal, resumed: false };
}

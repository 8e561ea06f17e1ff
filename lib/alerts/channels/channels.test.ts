import { createHmac } from "node:crypto";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { testNotice } from "../deliver";
import { runbook, runbookNames } from "../runbooks";
import { type HttpCall, type Letter, type Notice, outcomeOf, waitAfter } from "./channel";
import { type ReadyChannel, readyChannel } from "./registry";

const at = Date.UTC(2026, 10, 21, 12);
const base = testNotice("https://hopwatch.test", at);
const notice: Notice = {
  ...base,
  test: false,
  id: "abc-1",
  alert: { ...base.alert, id: "abc", pool: "shop", title: "A <b> & c", severity: "critical" },
};
const bodyOf = (text: string): unknown => JSON.parse(text);
const httpOf = (channel: ReadyChannel, told: Notice = notice): HttpCall => {
  const call = channel.call(told);
  if (call.kind !== "http") throw new Error("a call over HTTP is expected");
  return call;
};

describe("a webhook", () => {
  it("can be checked by who shares its secret", () => {
    const channel = readyChannel("hook", "webhook", { url: "http://x.test/", secret: "12345678" });
    const { headers, body } = httpOf(channel);
    const right = createHmac("sha256", "12345678").update(body).digest("hex");
    expect(headers["x-hopwatch-signature"]).toBe(`sha256=${right}`);
    expect(headers["x-hopwatch-delivery"]).toBe("abc-1");
    expect(bodyOf(body)).toMatchObject({ event: "firing", alert: { id: "abc" } });
  });
});

describe("Slack", () => {
  it("gets text in which nothing of ours is taken for markup", () => {
    const { body } = httpOf(readyChannel("s", "slack", { url: "https://hooks.test/1" }));
    expect(bodyOf(body)).toMatchObject({ text: "Firing: A &lt;b&gt; &amp; c in shop" });
  });

  it("is not told that something fires which is over", () => {
    const channel = readyChannel("s", "slack", { url: "https://hooks.test/1" });
    expect(channel.hears("firing", true)).toBe(false);
    expect(channel.hears("resolved", true)).toBe(true);
  });
});

describe("a message", () => {
  const channel = readyChannel("s", "slack", { url: "https://hooks.test/1" });

  it("says first what turned out to be otherwise", () => {
    const correction = "The cause is failover, not retry as it seemed";
    const alert = { ...notice.alert, corrected: true, correction };
    const { body } = httpOf(channel, { ...notice, word: "resolved", alert });
    expect(body).toContain(`*\\nCorrected: ${correction}.\\n`);
  });

  it("that a source is heard again does not say that it is silent", () => {
    const alert = { ...notice.alert, subject: "silent:edge-1", title: "Source edge-1 is silent" };
    const content = null;
    const summary = "edge-1 has sent nothing for 2 min.";
    const told = { ...notice, content, word: "resolved" as const, alert: { ...alert, summary } };
    expect(httpOf(channel, told).body).toContain("It sends again.");
    expect(httpOf(channel, told).body).not.toContain("has sent nothing");
  });
});

describe("PagerDuty", () => {
  const channel = readyChannel("p", "pagerduty", { routingKey: "0123456789abcdef" });
  it("has one incident for one alert, from trigger to resolve", () => {
    const words = (["firing", "acknowledged", "resolved"] as const).map((word) =>
      bodyOf(httpOf(channel, { ...notice, word }).body),
    );
    expect(words).toMatchObject([
      {
        event_action: "trigger",
        dedup_key: "hopwatch-abc",
        payload: { severity: "critical", source: "shop" },
      },
      { event_action: "acknowledge", dedup_key: "hopwatch-abc" },
      { event_action: "resolve", dedup_key: "hopwatch-abc" },
    ]);
  });

  it("wakes nobody for what is over", () => {
    expect(channel.hears("firing", true)).toBe(false);
  });
});

describe("Alertmanager", () => {
  it("gets the same labels at the beginning and at the end", () => {
    const channel = readyChannel("a", "alertmanager", { url: "http://am.test:9093/", bearer: "t" });
    const fire = httpOf(channel);
    expect(fire.url).toBe("http://am.test:9093/api/v2/alerts");
    expect(fire.headers.authorization).toBe("Bearer t");
    const end = httpOf(channel, {
      ...notice,
      word: "resolved",
      // It began as something else, and less grave.
      first: { title: "A <b> & c", severity: "critical", subject: "test" },
      alert: {
        ...notice.alert,
        title: "Another cause",
        subject: "routing",
        severity: "warning",
        resolvedAt: new Date(at + 60_000).toISOString(),
      },
    });
    const [[first], [last]] = [fire, end].map(({ body }) => JSON.parse(body));
    expect(last.labels).toEqual(first.labels);
    expect(last.endsAt).toBe("2026-11-21T12:01:00.000Z");
  });
});

describe("Opsgenie", () => {
  const channel = readyChannel("o", "opsgenie", { apiKey: "key-of-opsgenie" });

  it("has one alert under one alias, from its beginning to its close", () => {
    const open = httpOf(channel);
    expect(open.url).toBe("https://api.opsgenie.com/v2/alerts");
    expect(open.headers.authorization).toBe("GenieKey key-of-opsgenie");
    expect(bodyOf(open.body)).toMatchObject({ alias: "hopwatch-abc", priority: "P1" });
    expect(httpOf(channel, { ...notice, word: "acknowledged" }).url).toBe(
      "https://api.opsgenie.com/v2/alerts/hopwatch-abc/acknowledge?identifierType=alias",
    );
    expect(httpOf(channel, { ...notice, word: "resolved" }).url).toBe(
      "https://api.opsgenie.com/v2/alerts/hopwatch-abc/close?identifierType=alias",
    );
  });

  it("gets no message that is longer than it takes", () => {
    const long = { ...notice, alert: { ...notice.alert, title: "long ".repeat(100) } };
    const { message } = JSON.parse(httpOf(channel, long).body);
    expect(message).toHaveLength(130);
  });
});

describe("Microsoft Teams", () => {
  it("gets an Adaptive Card in which nothing of ours is taken for Markdown", () => {
    const channel = readyChannel("t", "teams", { url: "https://flow.test/1" });
    const told = { ...notice, alert: { ...notice.alert, title: "A *b* [c](d)" } };
    const card = JSON.parse(httpOf(channel, told).body).attachments[0];
    expect(card.contentType).toBe("application/vnd.microsoft.card.adaptive");
    expect(card.content).toMatchObject({ type: "AdaptiveCard", version: "1.4" });
    expect(card.content.body[0].text).toBe("Firing: A \\*b\\* \\[c\\]\\(d\\) in shop");
    expect(card.content.actions[0].url).toBe(notice.url);
  });
});

describe("a letter", () => {
  const settings = { host: "mail.test", from: "hopwatch@shop.test", to: "a@x.test, b@x.test" };
  const letterOf = (told: Notice): Letter => {
    const call = readyChannel("m", "email", settings).call(told);
    if (call.kind !== "mail") throw new Error("a letter is expected");
    return call;
  };

  it("stands in its alert's thread, and is the same letter at every try", () => {
    const [first, again] = [letterOf(notice), letterOf(notice)];
    expect(first.messageId).toBe(again.messageId);
    const end = letterOf({ ...notice, id: "abc-2", word: "resolved" });
    expect(end.messageId).not.toBe(first.messageId);
    expect(end.answers).toBe(first.answers);
    expect(first.to).toEqual(["a@x.test", "b@x.test"]);
    expect(first.subject).toBe("[Hopwatch] Firing: A <b> & c in shop");
    expect(first.html).toContain("A &lt;b&gt; &amp; c");
  });

  it("goes to addresses only", () => {
    expect(() => readyChannel("m", "email", { ...settings, to: "a@x.test, nobody" })).toThrow(
      /e-mail addresses/,
    );
  });
});

describe("a try", () => {
  it("is repeated where the receiver may take it later, and given up where it refuses", () => {
    expect(outcomeOf({ status: 202, body: "" }, null).kind).toBe("sent");
    expect(outcomeOf({ status: 503, body: "" }, null).kind).toBe("later");
    expect(outcomeOf({ status: 429, body: "" }, "7")).toMatchObject({
      kind: "later",
      afterMs: 7000,
    });
    expect(outcomeOf({ status: 400, body: "bad" }, null)).toEqual({
      kind: "failed",
      answer: "400 bad",
    });
  });

  it("waits longer each time, and never longer than five minutes", () => {
    expect([1, 2, 3, 30].map(waitAfter)).toEqual([2000, 4000, 8000, 300_000]);
  });
});

it("there is a runbook for everything alerts tell of, with steps for every balancer", async () => {
  const kept = await readdir("docs/runbooks");
  expect(kept.length).toBeGreaterThanOrEqual(20);
  for (const file of kept) {
    const name = path.basename(file, ".md");
    expect(runbookNames).toContain(name);
    const text = await runbook(name, null);
    expect(text, name).toMatch(/^# .+/);
    expect(text?.split(/^## /m).length, name).toBeGreaterThan(1);
  }
});

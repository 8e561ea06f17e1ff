import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { begun, haproxyLine, moment, openShippingHouse, type ShippingHouse } from "./house";

let house: ShippingHouse;
beforeAll(async () => {
  house = await openShippingHouse();
});
afterAll(() => house.close());

describe("Firehose", () => {
  it("is answered with its own request id, and what it delivers again counts once", async () => {
    const lines = [haproxyLine(moment(), "app1", "hose"), haproxyLine(moment(), "app2", "hose")];
    const forwarded = {
      messageType: "DATA_MESSAGE",
      logEvents: [{ id: "1", timestamp: 1, message: haproxyLine(moment(), "app1", "hose") }],
    };
    const records = [
      Buffer.from(`${lines.join("\n")}\n`),
      gzipSync(JSON.stringify(forwarded)),
      gzipSync(
        JSON.stringify({ messageType: "CONTROL_MESSAGE", logEvents: [{ message: "hello" }] }),
      ),
    ].map((data) => ({ data: data.toString("base64") }));
    const requestId = randomUUID();
    for (let round = 0; round < 2; round++) {
      const answer = await fetch(`${house.url}/firehose/alb`, {
        method: "POST",
        headers: {
          "X-Amz-Firehose-Access-Key": house.key,
          "X-Amz-Firehose-Request-Id": requestId,
          "Content-Type": "application/json",
          "Content-Encoding": "gzip",
        },
        body: gzipSync(JSON.stringify({ requestId, timestamp: begun, records })),
      });
      expect([answer.status, await answer.json()]).toEqual([
        200,
        { requestId, timestamp: expect.any(Number) },
      ]);
    }
    expect(await house.count("requests", "alb")).toBe(3);
    expect(await house.count("rejects", "alb")).toBe(0);
    const refused = await fetch(`${house.url}/firehose/alb`, {
      method: "POST",
      headers: { "X-Amz-Firehose-Access-Key": "wrong", "X-Amz-Firehose-Request-Id": requestId },
      body: "{}",
    });
    expect([refused.status, await refused.json()]).toEqual([
      401,
      { requestId, timestamp: expect.any(Number), errorMessage: expect.any(String) },
    ]);
  });
});

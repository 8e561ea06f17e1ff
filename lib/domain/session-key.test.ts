import { describe, expect, it } from "vitest";
import { normaliseSessionKey, routeInSessionValue } from "./session-key";

const key = "0123456789abcdef0123456789abcdef";

describe("normaliseSessionKey", () => {
  it.each([
    ["an Express signature", `s%3A${key}.aGVsbG8%2Bd29ybGQ`],
    ["an Express signature that the capture cut in a percent code", `s%3A${key}.aGVsbG8%2`],
    ["an Express signature that the capture cut before it began", `s%3A${key}`],
    ["Tomcat's route", `${key}.tomcat-a`],
    ["WebLogic's servers", `${key}!1234!5678`],
    ["HAProxy's prefix before Tomcat's route", `s1~${key}.tomcat-a`],
    ["quotes", `"${key}"`],
  ])("finds the bare key under %s", (_, value) => {
    expect(normaliseSessionKey(value)).toBe(key);
  });

  it("takes WildFly's route off its 40 letters", () => {
    const wildfly = "hQ2pWc7sXr-8mZ_4tKbLvY1nGdJ0fEo3uAiR9xTq";
    expect(normaliseSessionKey(`${wildfly}.node-1`)).toBe(wildfly);
    expect(routeInSessionValue(`${wildfly}.node-1`)).toBe("node-1");
  });

  it("leaves tokens whose parts are all of the key", () => {
    const token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
    expect(normaliseSessionKey(token)).toBe(token);
    expect(normaliseSessionKey("node0abc.node0")).toBe("node0abc.node0");
  });
});

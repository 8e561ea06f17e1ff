import { expect, it } from "vitest";
import { ConfigError, readConfig } from "./config";
import { roleFor } from "./front";

it("a process has every role unless it is told otherwise", () => {
  expect([...readConfig({}).roles]).toEqual(["web", "ingest", "worker"]);
  expect([...readConfig({ HOPWATCH_ROLES: "ingest, web" }).roles]).toEqual(["ingest", "web"]);
  expect(() => readConfig({ HOPWATCH_ROLES: "ingest,writer" })).toThrow(ConfigError);
  expect(() => readConfig({ HOPWATCH_ROLES: "writer" })).toThrow("HOPWATCH_ROLES");
});

it("facts go to processes that take them in, all else to those that show pages, health to every one", () => {
  expect(roleFor("POST", "/api/v1/logs/edge")).toBe("ingest");
  expect(roleFor("POST", "/api/v1/changes")).toBe("ingest");
  expect(roleFor("POST", "/loki/api/v1/push")).toBe("ingest");
  expect(roleFor("GET", "/api/v1/changes")).toBe("web");
  expect(roleFor("GET", "/sessions")).toBe("web");
  expect(roleFor("PUT", "/api/v1/sources/edge")).toBe("web");
  for (const path of ["/healthz", "/readyz", "/metrics"]) expect(roleFor("GET", path)).toBe(null);
});

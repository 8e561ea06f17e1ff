import { describe, expect, it } from "vitest";
import { ConfigError, readConfig } from "./config";

describe("the configuration", () => {
  it("has a default for everything", () => {
    expect(readConfig({})).toMatchObject({
      host: "127.0.0.1",
      port: 3000,
      databaseUrl: null,
      retentionDays: 30,
      maxBody: 2_147_483_648,
    });
  });

  it("takes sizes with a unit, and an empty variable as unset", () => {
    expect(readConfig({ HOPWATCH_MAX_BODY: "512m", PORT: "" })).toMatchObject({
      maxBody: 536_870_912,
      port: 3000,
    });
  });

  it("names every variable that is wrong", () => {
    const read = () => readConfig({ PORT: "x", DATABASE_URL: "mysql://h/d" });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/PORT[\s\S]*DATABASE_URL/);
  });
});

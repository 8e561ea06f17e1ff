import { describe, expect, it } from "vitest";
import { searchKind } from "./search-words";

const names = ["web-01", "edge-1"];

describe("what may go into an address", () => {
  it.each(["/checkout", "*/pay", "198.51.100.7", "10.0.0.0/8", "2001:db8::1", "web", "EDGE-1"])(
    "%s does as it stands",
    (text) => expect(searchKind(text, names)).toBe("plain"),
  );

  it.each([
    "k3yOfSomebody",
    "9f86d081884c7d659a2feaa0c55ad015",
    "JSESSIONID=abc",
    "c41d09be77a2c41d",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "w",
  ])("%s is looked up first", (text) => expect(searchKind(text, names)).toBe("secret"));

  it("the beginning of a public id is looked up first, and may go where nothing is found", () => {
    expect(searchKind("c41d09be", names)).toBe("perhaps-id");
    expect(searchKind(" ", names)).toBe("none");
  });
});

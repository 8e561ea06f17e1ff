import { describe, expect, it } from "vitest";
import { isLoopback } from "./loopback";

describe("a loopback address", () => {
  it("is told from others", () => {
    for (const host of ["localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]", "LOCALHOST"])
      expect(isLoopback(host)).toBe(true);
    for (const host of ["0.0.0.0", "::", "192.168.0.1", "127.0.0.1.example", "localhost.example"])
      expect(isLoopback(host)).toBe(false);
  });
});

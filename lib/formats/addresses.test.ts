import { describe, expect, it } from "vitest";
import { ipAddressOf } from "./addresses";
import { readCookieHeader, readSetCookieHeader } from "./cookies";
import { amazonRootOf, correlationIdOf, traceIdOf } from "./correlation";
import { addressMaybePort, firstAddress, splitAddress } from "./request-fact";

describe("An IP address", () => {
  it("is parted from its port where it has one", () => {
    expect(splitAddress("10.0.0.7:80")).toEqual({ ip: "10.0.0.7", port: 80 });
    expect(splitAddress("[2001:db8::7]:80")).toEqual({ ip: "2001:db8::7", port: 80 });
    expect(splitAddress("2001:db8:1:2:3:4:5:6:80")).toEqual({
      ip: "2001:db8:1:2:3:4:5:6",
      port: 80,
    });
    expect(addressMaybePort("2001:db8::7")).toEqual({ ip: "2001:db8::7", port: null });
    expect(addressMaybePort("[2001:db8::7]:80")).toEqual({ ip: "2001:db8::7", port: 80 });
    expect(firstAddress("fd00:1234:5678::5a24, [fd00:1234:5678::1]:54321")).toBe(
      "fd00:1234:5678::5a24",
    );
  });

  it("is told from host names and from what only looks like one", () => {
    for (const address of [
      "10.0.0.7",
      "255.255.255.255",
      "::",
      "::1",
      "2001:db8::7",
      "1:2:3:4:5:6:7:8",
      "::ffff:10.0.0.7",
    ]) {
      expect(ipAddressOf(address)).toBe(address);
    }
    expect(ipAddressOf("fe80::1%eth0")).toBe("fe80::1");
    for (const other of [
      "",
      "-",
      "unix:",
      "localhost",
      "10.0.0",
      "10.0.0.256",
      "1.2.3.4.5",
      "1:2:3",
      "::1::",
      "1:2:3:4:5:6:7:8:9",
      "12345::",
      "a.b.c.d",
    ]) {
      expect(ipAddressOf(other), other).toBeNull();
    }
  });
});

describe("Cookie headers", () => {
  it("give each cookie by its name", () => {
    const cookies = {};
    readCookieHeader('sid=s-1; theme=d=k;empty=; quoted="a b"; novalue; sid=second', cookies);
    expect(cookies).toEqual({ sid: "s-1", theme: "d=k", empty: "", quoted: "a b" });
  });

  it("that set several cookies in one value are cut only where a cookie begins", () => {
    const cookies = {};
    readSetCookieHeader(
      "sid=s-2; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/, gone=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT, theme=dark",
      cookies,
    );
    expect(cookies).toEqual({ sid: "s-2", gone: "", theme: "dark" });
  });
});

describe("Correlation IDs", () => {
  it("are the trace id of a traceparent, in lower case, unless it is all zeros", () => {
    expect(traceIdOf("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01")).toBe(
      "4bf92f3577b34da6a3ce929d0e0e4736",
    );
    expect(traceIdOf("00-00000000000000000000000000000000-00f067aa0ba902b7-01")).toBeNull();
    expect(traceIdOf("00-4bf92f3577b34da6a3ce929d0e0e473x-00f067aa0ba902b7-01")).toBeNull();
  });

  it("are the Root of an X-Amzn-Trace-Id wherever it stands", () => {
    expect(amazonRootOf("Self=1-2-3;Root=1-67891233-abcdef012345678912345678;CalledFrom=app")).toBe(
      "1-67891233-abcdef012345678912345678",
    );
    expect(amazonRootOf("NotRoot=1-2")).toBeNull();
  });

  it("are the whole value of X-Request-ID, and nothing of other headers", () => {
    expect(correlationIdOf("x-request-id", "rid 1")).toBe("rid 1");
    expect(correlationIdOf("x-request-id", "-")).toBeNull();
    expect(correlationIdOf("user-agent", "x")).toBeNull();
  });
});

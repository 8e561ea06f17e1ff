import { describe, expect, it } from "vitest";
import { writtenCookies } from "./written-cookies";

describe("writtenCookies", () => {
  it.each([
    ['$remote_addr "$cookie_route" "$sent_http_set_cookie"', ["presented", "inserted"]],
    ["$remote_addr $http_cookie $upstream_cookie_route", ["presented", "inserted"]],
    ["$remote_addr $cookie_routes $upstream_http_set_cookie", ["inserted"]],
    ['%h %t "%r" %{route}C %{Set-Cookie}o', ["presented", "inserted"]],
    ['%START_TIME% "%REQ(COOKIE)%" %RESP(SET-COOKIE)%', ["presented", "inserted"]],
    ["$remote_addr $request", []],
  ])("finds what %s writes of the cookie", (format, fields) => {
    expect(writtenCookies(format, "route")).toEqual(fields);
  });

  it("knows nothing of a cookie without a name, or a format that is found by itself", () => {
    expect(writtenCookies("$cookie_route", null)).toEqual([]);
    expect(writtenCookies(null, "route")).toEqual([]);
  });
});

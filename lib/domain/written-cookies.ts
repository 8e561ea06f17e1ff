import type { LogField } from "./pool-context";

/**
 * What a format string says its log writes of a cookie: that clients send it,
 * that responses set it. A log that writes a cookie and never shows one proves
 * that there was none, which its lines alone do not tell from a log without it.
 *
 * NGINX: `$cookie_NAME`, `$http_cookie`, `$sent_http_set_cookie`,
 * `$upstream_http_set_cookie`, `$upstream_cookie_NAME` (ngx_http_core_module,
 * ngx_http_upstream_module). Apache: `%{NAME}C`, `%{Cookie}i`, `%{Set-Cookie}o`
 * (mod_log_config). Envoy: `%REQ(COOKIE)%`, `%RESP(SET-COOKIE)%`.
 */
export function writtenCookies(formatString: string | null, cookie: string | null): LogField[] {
  if (formatString === null || cookie === null) return [];
  const name = cookie.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const writes = (...patterns: string[]) =>
    patterns.some((pattern) => new RegExp(pattern, "i").test(formatString));
  const fields: LogField[] = [];
  if (
    writes(
      `\\$\\{?(?:cookie_${name}|http_cookie)\\b`,
      `%\\{${name}\\}C`,
      "%[<>]?\\{Cookie\\}i",
      "%REQ\\(COOKIE\\)",
    )
  )
    fields.push("presented");
  if (
    writes(
      `\\$\\{?(?:(?:sent|upstream)_http_set_cookie|upstream_cookie_${name})\\b`,
      "%[<>]?\\{Set-Cookie\\}o",
      "%RESP\\(SET-COOKIE\\)",
    )
  )
    fields.push("inserted");
  return fields;
}

import { runtime } from "./runtime";

/**
 * Where people reach these pages, without a slash at its end: `HOPWATCH_PUBLIC_URL`, or else how this request came
 * here.
 */
export function publicUrl(headers: Pick<Headers, "get">): string {
  const { publicUrl: configured } = runtime().config;
  return (configured ?? originIn(headers)).replace(/\/+$/, "");
}

/** How a request reached this server, such as `http://127.0.0.1:3000`. */
export function originIn(headers: Pick<Headers, "get">): string {
  const host = headers.get("x-forwarded-host") ?? headers.get("host") ?? "127.0.0.1";
  const scheme =
    headers.get("x-forwarded-proto")?.split(",")[0]?.trim() === "https" ? "https" : "http";
  return `${scheme}://${host.split(",")[0]?.trim()}`;
}

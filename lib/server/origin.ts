import { headers } from "next/headers";

/** How the reader reached this server, such as `http://127.0.0.1:3000`; for commands to copy. */
export async function originOf(): Promise<string> {
  const sent = await headers();
  const host = sent.get("x-forwarded-host") ?? sent.get("host") ?? "127.0.0.1";
  const scheme =
    sent.get("x-forwarded-proto")?.split(",")[0]?.trim() === "https" ? "https" : "http";
  return `${scheme}://${host.split(",")[0]?.trim()}`;
}

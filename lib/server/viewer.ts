import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { bearer, localHeader, pathHeader, viewerOf } from "./access";
import { runtime } from "./runtime";
import { sessionCookie } from "./sessions";

/** For pages: returns when the visitor may look, and otherwise leads to the login and back. */
export async function requireViewer(): Promise<void> {
  const [sent, jar] = await Promise.all([headers(), cookies()]);
  const caller = await viewerOf(runtime(), {
    local: sent.get(localHeader) === "1",
    token: bearer(sent.get("authorization")),
    cookie: jar.get(sessionCookie)?.value ?? null,
  });
  if (caller) return;
  const back = sent.get(pathHeader) ?? "/";
  redirect(back === "/" ? "/login" : `/login?next=${encodeURIComponent(back)}`);
}

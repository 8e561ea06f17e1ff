import { Problem } from "@/lib/domain/problem";
import { peerHeader, refuseForeignOrigin } from "./access";
import { runtime } from "./runtime";
import { sessionCookie, sessionSeconds } from "./sessions";

/** A path of ours to go to after the login; anything that could lead elsewhere becomes `/`. */
export function safePath(path: string | undefined): string {
  return path !== undefined && /^\/(?![/\\])[^\\\s]*$/.test(path) && !path.startsWith("/login")
    ? path
    : "/";
}

function cookieText(value: string, request: Request, seconds: number): string {
  const secure = request.headers.get("x-forwarded-proto") === "https" ? "; Secure" : "";
  return `${sessionCookie}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure}`;
}

function seeOther(location: string, cookie?: string): Response {
  return new Response(null, {
    status: 303,
    headers: {
      Location: location,
      "Cache-Control": "no-store",
      ...(cookie ? { "Set-Cookie": cookie } : {}),
    },
  });
}

/** Answers the login form: on to the page that was wanted, or back to the form with what went wrong. */
export async function logIn(request: Request): Promise<Response> {
  refuseForeignOrigin(request);
  if (Number(request.headers.get("content-length")) > 10_000)
    throw new Problem(413, "Content Too Large");
  const form = new URLSearchParams(await request.text());
  const next = safePath(form.get("next") ?? undefined);
  const result = await runtime().sessions.logIn(
    form.get("password") ?? "",
    request.headers.get(peerHeader) ?? "",
  );
  if (result && "cookie" in result)
    return seeOther(next, cookieText(result.cookie, request, sessionSeconds));
  const back = new URLSearchParams({
    next,
    ...(result ? { wait: String(result.waitSeconds) } : { wrong: "1" }),
  });
  return seeOther(`/login?${back}`);
}

export function logOut(request: Request): Response {
  refuseForeignOrigin(request);
  return seeOther("/login", cookieText("", request, 0));
}

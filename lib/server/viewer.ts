import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { type Caller, credentialsIn, pathHeader, viewerOf } from "./access";
import { runtime } from "./runtime";

async function viewer(): Promise<Caller | null> {
  const sent = await headers();
  return viewerOf(
    runtime(),
    credentialsIn((name) => sent.get(name)),
  );
}

/** For pages: may the visitor look? */
export async function mayView(): Promise<boolean> {
  return (await viewer()) !== null;
}

/** For pages: did the visitor give a password, so that there is something to log out of? */
export async function isLoggedIn(): Promise<boolean> {
  const seen = await viewer();
  return seen?.kind === "viewer" && seen.by === "login";
}

/** For pages: returns when the visitor may look, and otherwise leads to the login and back. */
export async function requireViewer(): Promise<void> {
  if (await mayView()) return;
  const back = (await headers()).get(pathHeader) ?? "/";
  redirect(back === "/" ? "/login" : `/login?next=${encodeURIComponent(back)}`);
}

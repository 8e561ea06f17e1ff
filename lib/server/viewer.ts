import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { credentialsIn, pathHeader, viewerOf } from "./access";
import { runtime } from "./runtime";

/** For pages: may the visitor look? */
export async function mayView(): Promise<boolean> {
  const sent = await headers();
  return (
    (await viewerOf(
      runtime(),
      credentialsIn((name) => sent.get(name)),
    )) !== null
  );
}

/** For pages: returns when the visitor may look, and otherwise leads to the login and back. */
export async function requireViewer(): Promise<void> {
  if (await mayView()) return;
  const back = (await headers()).get(pathHeader) ?? "/";
  redirect(back === "/" ? "/login" : `/login?next=${encodeURIComponent(back)}`);
}

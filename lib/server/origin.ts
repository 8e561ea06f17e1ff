import { headers } from "next/headers";
import { originIn } from "./public-url";

/** How the reader reached this server, such as `http://127.0.0.1:3000`; for commands to copy. */
export async function originOf(): Promise<string> {
  return originIn(await headers());
}

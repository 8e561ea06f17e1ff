import { logIn } from "@/lib/server/login";
import { route } from "@/lib/server/route";

export const dynamic = "force-dynamic";

/** Takes the login form. */
export const POST = route("public", logIn);

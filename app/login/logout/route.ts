import { logOut } from "@/lib/server/login";
import { route } from "@/lib/server/route";

export const dynamic = "force-dynamic";

/** Ends the login of this browser. */
export const POST = route("public", logOut);

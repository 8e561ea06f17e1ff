import { takeLokiPush } from "@/lib/server/loki";
import { route } from "@/lib/server/route";

export const POST = route("ingest", takeLokiPush);

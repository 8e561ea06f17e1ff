import { listFile, rowsAtOnce, sessionColumns } from "@/lib/reports/list-file";
import { sessions } from "@/lib/reports/sessions";
import { sessionsFileQuery } from "@/lib/schemas/lists";
import { formatFor, listDownload } from "@/lib/server/list-download";
import { query, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route("view", async (request) => {
  const { format, columns, ...asked } = query(request, sessionsFileQuery);
  const now = Date.now();
  const chosen = formatFor(request, format);
  return await listDownload(request, "sessions", chosen, () =>
    listFile(chosen, sessionColumns, columns, (cursor) =>
      sessions(runtime().pool, { ...asked, cursor, limit: rowsAtOnce }, now),
    ),
  );
});

import { bounces } from "@/lib/reports/bounces";
import { bounceColumns, listFile, rowsAtOnce } from "@/lib/reports/list-file";
import { bouncesFileQuery } from "@/lib/schemas/lists";
import { formatFor, listDownload } from "@/lib/server/list-download";
import { query, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route("view", async (request) => {
  const { format, columns, ...asked } = query(request, bouncesFileQuery);
  const now = Date.now();
  const chosen = formatFor(request, format);
  return await listDownload(request, "bounces", chosen, () =>
    listFile(chosen, bounceColumns, columns, (cursor) =>
      bounces(runtime().pool, { ...asked, cursor, limit: rowsAtOnce }, now),
    ),
  );
});

import { listFile, lossColumns, rowsAtOnce } from "@/lib/reports/list-file";
import { losses } from "@/lib/reports/losses";
import { lossesFileQuery } from "@/lib/schemas/lists";
import { formatFor, listDownload } from "@/lib/server/list-download";
import { query, route } from "@/lib/server/route";
import { runtime } from "@/lib/server/runtime";

export const GET = route("view", async (request) => {
  const { format, columns, ...asked } = query(request, lossesFileQuery);
  const now = Date.now();
  const chosen = formatFor(request, format);
  return await listDownload(request, "losses", chosen, () =>
    listFile(chosen, lossColumns, columns, (cursor) =>
      losses(runtime().pool, { ...asked, cursor, limit: rowsAtOnce }, now),
    ),
  );
});

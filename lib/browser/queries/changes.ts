import {
  keepPreviousData,
  mutationOptions,
  type QueryClient,
  queryOptions,
} from "@tanstack/react-query";
import { changeListSchema } from "@/lib/schemas/changes";
import { type ChangeInput, receiptSchema } from "@/lib/schemas/ingest";
import { ask, tell } from "../ask";
import type { RangeParams } from "../page-params";

export interface ChangesParams extends RangeParams {
  kind?: string;
  limit?: number;
}

export function changesOptions(params: ChangesParams) {
  return queryOptions({
    queryKey: ["changes", params],
    queryFn: ({ signal }) => ask("/changes", changeListSchema, { params: { ...params }, signal }),
    placeholderData: keepPreviousData,
  });
}

/** What shows changes, or rests on them. */
function changesChanged(client: QueryClient) {
  return Promise.all(
    ["changes", "overview", "timeline", "compare", "weekly", "bounces", "alert"].map((name) =>
      client.invalidateQueries({ queryKey: [name] }),
    ),
  );
}

/** Posts a change, or with an id corrects that one. @throws {AskError} what is wrong with it. */
export function saveChangeOptions(client: QueryClient) {
  return mutationOptions({
    mutationFn: async ({ id, change }: { id: string | null; change: ChangeInput }) => {
      if (id !== null)
        return await tell(`/changes/${encodeURIComponent(id)}`, { method: "PUT", body: change });
      await ask("/changes", receiptSchema, { method: "POST", body: change });
    },
    onSuccess: () => changesChanged(client),
  });
}

export function removeChangeOptions(client: QueryClient) {
  return mutationOptions({
    mutationFn: (id: string) => tell(`/changes/${encodeURIComponent(id)}`, { method: "DELETE" }),
    onSuccess: () => changesChanged(client),
  });
}

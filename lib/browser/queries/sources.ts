import { mutationOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { listOf } from "@/lib/schemas/common";
import {
  parseOutputSchema,
  type SourceInput,
  sourceSchema,
  sourceStatusSchema,
} from "@/lib/schemas/ingest";
import { ask, tell } from "../ask";

const sourceListSchema = listOf(sourceStatusSchema);

export function sourcesOptions() {
  return queryOptions({
    queryKey: ["sources", {}],
    queryFn: ({ signal }) => ask("/sources", sourceListSchema, { signal }),
  });
}

export function saveSourceOptions(client: QueryClient) {
  return mutationOptions({
    mutationFn: ({ name, source }: { name: string; source: SourceInput }) =>
      ask(`/sources/${encodeURIComponent(name)}`, sourceSchema, { method: "PUT", body: source }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["sources"] }),
  });
}

export function deleteSourceOptions(client: QueryClient) {
  return mutationOptions({
    mutationFn: (name: string) =>
      tell(`/sources/${encodeURIComponent(name)}`, { method: "DELETE" }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["sources"] }),
  });
}

export interface ParseParams {
  format: string | null;
  formatString: string | null;
  timezone: string | null;
  lines: string[];
}

/** What Hopwatch reads in some lines; nothing is stored. */
export function parseOptions(params: ParseParams) {
  return queryOptions({
    queryKey: ["parse", params],
    queryFn: ({ signal }) =>
      ask("/parse", parseOutputSchema, { method: "POST", body: params, signal }),
    enabled: params.lines.length > 0,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 10_000,
    retry: false,
  });
}

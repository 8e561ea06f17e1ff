import { mutationOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { ingestKeySchema, newIngestKeySchema, settingsSchema } from "@/lib/schemas/settings";
import { ask, tell } from "../ask";

export function settingsOptions() {
  return queryOptions({
    queryKey: ["settings", {}],
    queryFn: ({ signal }) => ask("/settings", settingsSchema, { signal }),
  });
}

const keysSchema = z.object({ items: z.array(ingestKeySchema) });

export function keysOptions() {
  return queryOptions({
    queryKey: ["keys", {}],
    queryFn: ({ signal }) => ask("/keys", keysSchema, { signal }),
  });
}

export function makeKeyOptions(client: QueryClient) {
  return mutationOptions({
    mutationFn: (name: string) =>
      ask("/keys", newIngestKeySchema, { method: "POST", body: { name } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["keys"] }),
  });
}

export function revokeKeyOptions(client: QueryClient) {
  return mutationOptions({
    mutationFn: (id: number) => tell(`/keys/${id}`, { method: "DELETE" }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["keys"] }),
  });
}

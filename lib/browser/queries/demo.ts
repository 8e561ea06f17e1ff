import { mutationOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { ask, tell } from "../ask";

const demoSchema = z.object({ running: z.boolean(), present: z.boolean() });

/** Whether demo data are being played, and whether there are any. */
export function demoOptions() {
  return queryOptions({
    queryKey: ["demo", {}],
    queryFn: ({ signal }) => ask("/demo", demoSchema, { signal }),
    refetchInterval: (query) => (query.state.data?.running ? 2000 : false),
  });
}

export function playDemoOptions(client: QueryClient) {
  return mutationOptions({
    mutationFn: () => tell("/demo", { method: "POST" }),
    onSuccess: () => client.invalidateQueries(),
  });
}

export function removeDemoOptions(client: QueryClient) {
  return mutationOptions({
    mutationFn: () => tell("/demo", { method: "DELETE" }),
    onSuccess: () => client.invalidateQueries(),
  });
}

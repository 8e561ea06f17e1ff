import {
  defaultShouldDehydrateQuery,
  environmentManager,
  QueryClient,
} from "@tanstack/react-query";
import { AskError } from "./ask";

/** A client with our defaults; a new one for each render on the server. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // The stream says when facts changed; until then what was fetched stands.
        staleTime: 30_000,
        gcTime: 5 * 60_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) =>
          failures < 2 && !(error instanceof AskError && error.status >= 400 && error.status < 500),
        retryDelay: (failures) => Math.min(400 * 2 ** failures, 3000),
      },
      dehydrate: {
        // A question still being answered streams to the browser with the page.
        shouldDehydrateQuery: (query) =>
          defaultShouldDehydrateQuery(query) || query.state.status === "pending",
      },
    },
  });
}

let browserClient: QueryClient | undefined;

/** The one client of the tab; on the server one for each call. */
export function queryClient(): QueryClient {
  if (environmentManager.isServer()) return makeQueryClient();
  browserClient ??= makeQueryClient();
  return browserClient;
}

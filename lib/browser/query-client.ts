import {
  defaultShouldDehydrateQuery,
  environmentManager,
  QueryCache,
  QueryClient,
} from "@tanstack/react-query";
import { AskError } from "./ask";
import { packData, unpackData } from "./packed-data";

/** A client with our defaults; a new one for each render on the server. */
export function makeQueryClient(queryCache?: QueryCache): QueryClient {
  return new QueryClient({
    ...(queryCache ? { queryCache } : {}),
    defaultOptions: {
      queries: {
        // The stream says when facts changed; until then what was fetched stands.
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        // The server may be this very machine: what the browser thinks of the network does not matter.
        networkMode: "always",
        // A page does not wait for a second try: its reader has what answered, and the browser asks for the rest.
        retry: (failures, error) =>
          !environmentManager.isServer() && failures < 2 && !isFinal(error),
        retryDelay: (failures) => Math.min(400 * 2 ** failures, 3000),
      },
      mutations: { networkMode: "always" },
      hydrate: { deserializeData: unpackData },
      dehydrate: {
        serializeData: packData,
        // A question still being answered streams to the browser with the page.
        shouldDehydrateQuery: (query) =>
          defaultShouldDehydrateQuery(query) || query.state.status === "pending",
      },
    },
  });
}

/** It was declined, or the database is away: who watches for its return asks again then. */
function isFinal(error: Error): boolean {
  return (
    error instanceof AskError &&
    ((error.status >= 400 && error.status < 500) || error.status === 503)
  );
}

let browserClient: QueryClient | undefined;

/** The one client of the tab; on the server one for each call. */
export function queryClient(): QueryClient {
  if (environmentManager.isServer()) return makeQueryClient();
  browserClient ??= makeQueryClient(new QueryCache({ onError: leadToLogin }));
  return browserClient;
}

/** A login that ended shows as an unauthorised answer: the page leads to a new one, and back. */
function leadToLogin(error: Error): void {
  if (!(error instanceof AskError) || error.status !== 401) return;
  const { pathname, search } = window.location;
  window.location.assign(`/login?next=${encodeURIComponent(pathname + search)}`);
}

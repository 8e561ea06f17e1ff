import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { makeQueryClient } from "./query-client";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("keeps nothing of a page on the server once the page was sent", async () => {
  const client = makeQueryClient();
  await client.prefetchQuery({ queryKey: ["pools"], queryFn: () => Promise.resolve(["checkout"]) });
  // A clock that waits for a query's end would hold all that the page was told until then.
  expect(vi.getTimerCount()).toBe(0);
});

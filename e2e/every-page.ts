import { expect } from "@playwright/test";
import { fixedPool, fixedRange, worstSession } from "./fixed-shop";
import type { Place } from "./shop-lines";

/** One page as the fixed shop fills it: its name, its address, and what shows that its data are there. */
export interface ShopPage {
  name: string;
  path: string;
  ready: string;
}

/** What addresses name that only the server knows. */
export interface Named {
  session: string;
  alert: string;
  snapshot: string;
}

/** Waits until the fixed shop's lines have been judged to their end: alerts looked at, verdicts given, affinities found. */
export async function settleFixedShop(place: Place): Promise<void> {
  const read = async (path: string) => (await fetch(`${place.url}/api/v1/${path}`)).text();
  let before = "";
  await expect
    .poll(
      async () => {
        const told = await Promise.all([
          read("alerts"),
          read("pools"),
          read(`changes?from=${fixedRange.from}&to=${fixedRange.to}&limit=100`),
        ]);
        const isSame = told.join() === before;
        before = told.join();
        // Before its first alert is told the shop may stand still too.
        return isSame && told[0].includes('"fingerprint"');
      },
      // Alerts are looked at every ten seconds.
      { intervals: [12_000], timeout: 120_000 },
    )
    .toBe(true);
}

/** Pins the worst session of a range and finds the earliest alert, the last of the list. */
export async function nameThings(place: Place, range = fixedRange): Promise<Named> {
  const session = await worstSession(place, range);
  const pinned = await fetch(`${place.url}/api/v1/snapshots`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ sessionId: session, note: "Kept for the review" }),
  });
  if (!pinned.ok) throw new Error(`snapshot: ${pinned.status} ${await pinned.text()}`);
  const { id: snapshot }: { id: string } = await pinned.json();
  const listed = await fetch(`${place.url}/api/v1/alerts`);
  const { items }: { items: { id: string }[] } = await listed.json();
  const alert = items.at(-1)?.id ?? "";
  return { session, alert, snapshot };
}

/** Every page that there is, with data. */
export function everyPage({ session, alert, snapshot }: Named): ShopPage[] {
  const range = `pool=${fixedPool}&from=${fixedRange.from}&to=${fixedRange.to}&tz=utc&live=false`;
  const windows =
    "before=2026-01-15T10:30:00Z/2026-01-15T11:00:00Z&after=2026-01-15T11:30:00Z/2026-01-15T12:00:00Z&tz=utc&live=false";
  return [
    { name: "overview", path: `/?${range}`, ready: "main .still-plot .value" },
    { name: "sessions", path: `/sessions?${range}`, ready: "tbody tr" },
    { name: "bounces", path: `/sessions?tab=bounces&${range}`, ready: "tbody tr" },
    { name: "bounces-grouped", path: `/sessions?tab=bounces&group=lb&${range}`, ready: "tbody tr" },
    { name: "lost", path: `/sessions?tab=lost&${range}`, ready: "tbody tr" },
    { name: "session", path: `/sessions/${session}?hop=1&tz=utc&live=false`, ready: ".tl-pill" },
    { name: "snapshot", path: `/s/${snapshot}?hop=1&tz=utc`, ready: ".tl-pill" },
    { name: "nodes", path: `/nodes?${range}&step=1m`, ready: "canvas" },
    { name: "compare", path: `/compare?pool=${fixedPool}&${windows}`, ready: "tbody tr" },
    { name: "changes", path: `/changes?${range}`, ready: "main h1" },
    { name: "alerts", path: `/alerts?tz=utc&live=false`, ready: "main h1" },
    { name: "alert", path: `/alerts/${alert}?tz=utc&live=false`, ready: "main h1" },
    { name: "rules", path: "/alerts?tab=rules&tz=utc&live=false", ready: "tbody tr" },
    { name: "weekly", path: `/weekly/2026-W03?pool=${fixedPool}&tz=utc`, ready: ".wk-plot" },
    { name: "sources", path: "/sources?tz=utc&live=false", ready: "tbody tr" },
    { name: "tester", path: "/sources?tab=tester&tz=utc", ready: "textarea" },
    { name: "settings", path: "/settings?tz=utc", ready: "tbody tr" },
    { name: "connect", path: "/sources?tab=connect&tz=utc", ready: "pre" },
  ];
}

export const pageNames = everyPage({ session: "", alert: "", snapshot: "" }).map(
  ({ name }) => name,
);

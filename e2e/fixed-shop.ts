import { playShop } from "@/lib/demo/shop";
import { shopPool, shopSources } from "@/lib/demo/sources";
import type { Place } from "./shop-lines";

/** When the fixed shop's day ends: the same on each run. */
export const fixedNow = Date.UTC(2026, 0, 15, 12);
export const fixedRange = {
  from: new Date(fixedNow - 90 * 60_000).toISOString(),
  to: new Date(fixedNow).toISOString(),
};
export const fixedPool = shopPool;
/** With this key the same sessions have the same ids. */
export const fixedSecret = "a fixed secret for pictures only";

async function send(place: Place, method: string, path: string, body: string, type: string) {
  const answer = await fetch(`${place.url}/api/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${place.key}`, "content-type": type },
    body,
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}

/** Sends the demo's shop as it is around a fixed moment: the same lines, events and changes on each run. */
export async function sendFixedShop(place: Place): Promise<void> {
  for (const [name, source] of Object.entries(shopSources))
    await send(place, "PUT", `sources/${name}`, JSON.stringify(source), "application/json");
  const lines = new Map<string, string[]>();
  const events: string[] = [];
  const changes: object[] = [];
  const shop = playShop({
    seed: 4,
    now: fixedNow,
    from: fixedNow - 100 * 60_000,
    until: fixedNow,
    visitorsPerMinute: 5,
  });
  for (const item of shop) {
    if (item.kind === "change") changes.push(item.change);
    else if (item.kind === "event") events.push(JSON.stringify(item.event));
    else lines.set(item.source, [...(lines.get(item.source) ?? []), item.text]);
  }
  await send(place, "POST", "changes", JSON.stringify(changes), "application/json");
  for (const [source, texts] of lines)
    await send(place, "POST", `logs/${source}`, texts.join("\n"), "text/plain");
  await send(place, "POST", "events", events.join("\n"), "application/x-ndjson");
}

/** The id of its worst session. */
export async function worstSession(place: Place, range = fixedRange): Promise<string> {
  const query = new URLSearchParams({ ...range, pool: fixedPool, limit: "1" });
  const answer = await fetch(`${place.url}/api/v1/sessions?${query}`);
  const body: unknown = await answer.json();
  if (typeof body !== "object" || body === null || !("items" in body) || !Array.isArray(body.items))
    throw new Error("no sessions");
  return String(body.items[0]?.id);
}

import { expect } from "@playwright/test";
import { haproxyLine, sharedPlace } from "./shop-lines";

const place = sharedPlace();

/** Sessions of three requests from a moment on; every second one is sent to another node, when told so. */
export function visits(pool: string, from: number, count: number, moved: boolean): string[] {
  return Array.from({ length: count }, (_, n) =>
    [0, 1, 2].map((step) =>
      haproxyLine({
        pool,
        node: moved && n % 2 === 1 && step === 2 ? "web-02" : "web-01",
        session: `${pool}-${from}-${n}`,
        at: new Date(from + n * 1000 + step * 5000),
      }),
    ),
  ).flat();
}

/** Posts a change as a pipeline does, and answers its id. */
export async function postChange(change: {
  at: number;
  kind: string;
  pool: string;
  title: string;
}): Promise<string> {
  const posted = await fetch(`${place.url}/api/v1/changes`, {
    method: "POST",
    headers: { authorization: `Bearer ${place.key}`, "content-type": "application/json" },
    body: JSON.stringify({ ...change, at: new Date(change.at).toISOString() }),
  });
  expect(posted.status).toBe(200);
  const found = await fetch(`${place.url}/api/v1/changes?pool=${change.pool}&from=now-7d&to=now`);
  const { items }: { items: { id: string; title: string }[] } = await found.json();
  const id = items.find(({ title }) => title === change.title)?.id;
  if (!id) throw new Error("the change is not listed");
  return id;
}

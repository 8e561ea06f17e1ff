import { z } from "zod";
import { sessionListSchema } from "@/lib/schemas/results";
import { type OwnServer, startOwnServer } from "./own-server";
import { haproxyLine, sendLines } from "./shop-lines";
import { expect, test } from "./test";

/* The database hangs: no connection breaks, nothing is answered. */
let server: OwnServer;
let session: string;
let snapshot: string;

test.beforeAll(async () => {
  server = await startOwnServer();
  const from = Date.now() - 10 * 60_000;
  const lines = ["web-01", "web-02", "web-01"].map((node, n) =>
    haproxyLine({ pool: "away", node, session: "away-1", at: new Date(from + n * 60_000) }),
  );
  await sendLines(server, "edge", lines);
  const listed = await fetch(`${server.url}/api/v1/sessions?pool=away`);
  session = sessionListSchema.parse(await listed.json()).items[0]?.id ?? "";
  const pinned = await fetch(`${server.url}/api/v1/snapshots`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ sessionId: session }),
  });
  snapshot = z.object({ path: z.string() }).parse(await pinned.json()).path;
});
test.afterEach(() => server.thawDatabase());
test.afterAll(async () => {
  server?.thawDatabase();
  await server?.stop();
});

const pages = () => [
  "/",
  "/sessions",
  "/sessions?tab=bounces",
  "/sessions?tab=lost",
  `/sessions/${session}`,
  snapshot,
  "/nodes",
  "/compare",
  "/changes",
  "/alerts",
  "/alerts?tab=rules",
  "/weekly",
  "/sources",
];

test("every page opened while the database hangs says so, and fills by itself once it answers", async ({
  browser,
}) => {
  test.setTimeout(240_000);
  server.freezeDatabase();
  const open = [];
  for (const path of pages()) {
    // Each in a browser of its own: one opens six connections to a server, and each page keeps one for its stream.
    const page = await browser.newPage();
    const answer = await page.goto(server.url + path, { waitUntil: "commit", timeout: 30_000 });
    expect(answer?.headers()["content-type"], path).toContain("text/html");
    await expect(page.getByText(/The database does not answer/).first(), path).toBeVisible({
      timeout: 30_000,
    });
    await expect(page.locator("main .skeleton"), path).toHaveCount(0);
    open.push({ path, page });
  }
  server.thawDatabase();
  for (const { path, page } of open) {
    await expect(page.getByText(/The database does not answer|Could not load/), path).toHaveCount(
      0,
      { timeout: 40_000 },
    );
    await expect(page.locator("main h1, main h2").first(), path).toBeAttached();
    await page.close();
  }
});

test("an open page keeps what it shows while the database hangs, tells since when, and goes on", async ({
  page,
}) => {
  test.setTimeout(120_000);
  await page.goto(`${server.url}/sessions?pool=away`);
  const row = page.getByRole("table").getByRole("link").first();
  await expect(row).toBeVisible();
  server.freezeDatabase();
  await page.getByRole("tab", { name: /Bounces/ }).click();
  const strip = page.getByRole("status").filter({ hasText: "The database does not answer, since" });
  await expect(strip).toBeVisible({ timeout: 30_000 });
  server.thawDatabase();
  await expect(strip).toBeHidden({ timeout: 30_000 });
  await expect(page.getByRole("table")).toContainText("web-02", { timeout: 30_000 });
});

test("a database that was told to stop comes back by itself", async () => {
  test.setTimeout(180_000);
  // Of its own: a server that has been busy has all its connections open, and does not notice so soon.
  const idle = await startOwnServer();
  try {
    const status = async () => (await fetch(`${idle.url}/api/v1/sessions`)).status;
    // More at once than it has connections open: some need a new one.
    const statuses = () => Promise.all(Array.from({ length: 40 }, status));
    idle.stopDatabase();
    await expect.poll(statuses, { timeout: 30_000 }).toContain(503);
    await expect.poll(statuses, { timeout: 60_000 }).not.toContain(503);
  } finally {
    await idle.stop();
  }
});

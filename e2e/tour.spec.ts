import { type OwnServer, startOwnServer } from "./own-server";
import { expect, test } from "./test";

/* The README's ten minutes, as a newcomer walks them. */
let server: OwnServer;
test.beforeEach(async () => {
  server = await startOwnServer();
});
test.afterEach(() => server.stop());

test("a newcomer plays the demo, finds the worst session, reads why it bounced, and hands on the link", async ({
  page,
  browser,
}) => {
  test.setTimeout(300_000);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(server.url);
  await expect(
    page.getByRole("heading", { name: "Send Hopwatch your first log line" }),
  ).toBeVisible();
  const play = page.getByRole("button", { name: "Play the demo" });
  // A press before the page has come to life is lost, as it is for a person: pressed again.
  const banner = page.getByText("Demo data", { exact: true });
  await expect(async () => {
    if ((await play.isVisible()) && (await play.isEnabled({ timeout: 1000 })))
      await play.click({ timeout: 1000 });
    await expect(banner).toBeVisible({ timeout: 5000 });
  }).toPass({ timeout: 90_000 });

  // The past comes in order of time; the page says how far it is, and fills by itself.
  const worst = page.getByRole("table", { name: "Worst sessions" });
  await expect(worst.getByRole("link").first()).toBeVisible({ timeout: 120_000 });
  await expect(page.getByText(/(so far|Newest line .* ago)/).first()).toBeVisible();
  await expect(page.getByText(/Newest line .* ago/)).toBeVisible({ timeout: 120_000 });
  await expect(page.getByRole("status").first()).toContainText(/Stickiness fails: [\d.]+% kept/);
  await expect(page.getByRole("region", { name: "Where it lies" })).toContainText("edge-1");
  await expect(page.getByRole("region", { name: "What to do next" })).toContainText(
    "How to fix it",
  );
  await expect(page.getByRole("link", { name: /Deploy shop .*: before and after/ })).toBeVisible();

  await worst.getByRole("link").first().click();
  await expect(page).toHaveURL(/\/sessions\/[0-9a-f]{16}/);
  const details = page.getByRole("complementary", { name: "Selected request" });
  await expect(details.getByRole("heading", { name: "Why did this hop?" })).toBeVisible();
  await page.keyboard.press("n");
  await expect(page).toHaveURL(/hop=1/);
  await expect(details).toContainText(/\d+% (certain|likely|possible)/);
  await expect(details).toContainText("Proof");
  await expect(details.getByRole("region", { name: "What to do next" })).toBeVisible();
  await expect(details).toContainText("Ruled out");
  const told = await details.locator("p").first().textContent();

  await page.keyboard.press("y");
  await expect(page.getByText("Link copied")).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const other = await browser.newContext();
  const there = await other.newPage();
  await there.goto(link);
  await expect(there.getByRole("heading", { level: 1 })).toHaveText(
    (await page.getByRole("heading", { level: 1 }).textContent()) ?? "",
  );
  await expect(
    there.getByRole("complementary", { name: "Selected request" }).locator("p").first(),
  ).toHaveText(told ?? "");
  await other.close();

  await page.keyboard.press("g");
  await page.keyboard.press("n");
  await expect(page.getByRole("application", { name: /^Requests of 5 nodes/ })).toBeVisible();
  await expect(
    page.getByRole("link", { name: /app3 down: before and after/ }).first(),
  ).toBeVisible();
  await page.goto(`${server.url}/sessions?tab=lost`);
  await expect(page.getByRole("table")).toContainText("storage");

  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByRole("button", { name: "Remove demo data" }).click();
  await page.goto(server.url);
  await expect(
    page.getByRole("heading", { name: "Send Hopwatch your first log line" }),
  ).toBeVisible({ timeout: 60_000 });
});

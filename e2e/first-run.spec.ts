import { expectAccessible } from "./accessible";
import { type OwnServer, startOwnServer } from "./own-server";
import { expectFitsPhone } from "./phone";
import { fresh, journey, sendLines } from "./shop-lines";
import { expect, test } from "./test";

let server: OwnServer;

test.beforeEach(async () => {
  server = await startOwnServer();
});
test.afterEach(async () => {
  await server.stop();
});

test("an empty Hopwatch tells how to send a line, and moves on by itself when one arrives", async ({
  page,
}) => {
  await page.goto(server.url);
  await expect(
    page.getByRole("heading", { name: "Send Hopwatch your first log line" }),
  ).toBeVisible();
  await expect(page.getByLabel("Send a log file", { exact: true })).toContainText(
    `curl ${server.url}/api/v1/logs/auto`,
  );
  await expect(page.getByText("ready")).toBeVisible();
  await expectAccessible(page);
  await expectFitsPhone(page);

  await sendLines(server, "edge", journey("shop", fresh("first"), ["web-01", "web-02"]));
  await expect(page.getByText("All pools bounced once this hour")).toBeVisible();
});

test("the demo plays, says that it is one, and goes away again", async ({ page }) => {
  test.setTimeout(180_000);
  await page.goto(server.url);
  const play = page.getByRole("button", { name: "Play the demo" });
  // A press before the page has come to life is lost, as it is for a person: pressed again.
  await expect(async () => {
    if (await play.isEnabled({ timeout: 1000 })) await play.click({ timeout: 1000 });
    await expect(page.getByText("Demo data", { exact: true })).toBeVisible({ timeout: 5000 });
  }).toPass({ timeout: 90_000 });
  await expect(page.getByRole("button", { name: /Bounces per minute/ })).toBeVisible({
    timeout: 60_000,
  });
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("button", { name: "Remove demo data" }).click();
  await expect(
    page.getByRole("heading", { name: "Send Hopwatch your first log line" }),
  ).toBeVisible({ timeout: 60_000 });
});

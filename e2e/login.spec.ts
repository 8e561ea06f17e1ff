import { expectAccessible } from "./accessible";
import { type OwnServer, startOwnServer } from "./own-server";
import { expect, test } from "./test";

const password = "correct horse battery";
let server: OwnServer;

test.beforeEach(async () => {
  server = await startOwnServer({ HOPWATCH_PASSWORD: password });
});
test.afterEach(async () => {
  await server.stop();
});

test("who comes from elsewhere logs in with the password, and out again", async ({ browser }) => {
  // What some proxy passed on came from elsewhere.
  const context = await browser.newContext({
    extraHTTPHeaders: { "x-forwarded-for": "203.0.113.9" },
  });
  const page = await context.newPage();
  await page.goto(`${server.url}/sources`);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page).toHaveURL(`${server.url}/sources`);
  await page.getByRole("button", { name: "Log out" }).click();
  await expect(page.getByLabel("Password")).toBeVisible();
  await expectAccessible(page);
  await page.goto(`${server.url}/sources`);
  await expect(page).toHaveURL(/\/login/);
  await context.close();
});

test("where no password was given there is nothing to log out of", async ({ page }) => {
  await page.goto(`${server.url}/sources`);
  await expect(page.getByRole("heading", { name: "Sources" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Log out" })).toHaveCount(0);
});

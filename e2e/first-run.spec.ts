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

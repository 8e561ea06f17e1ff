import { expect, test } from "@playwright/test";
import { expectAccessible } from "./accessible";
import { expectFitsPhone } from "./phone";
import { fresh, haproxyLine, journey, sendLines, sharedPlace } from "./shop-lines";

const place = sharedPlace();

test("the format tester shows each field that it found, or why a line cannot be read", async ({
  page,
}) => {
  await page.goto("/sources?tab=tester");
  const line = haproxyLine({
    pool: "shop",
    node: "web-07",
    session: "s-1",
    at: new Date("2026-11-20T02:55:30.906Z"),
    path: "/checkout",
  });
  await page.getByLabel("Lines").fill(`${line}\nthis is no log line`);
  await expect(page.getByText("1 of 2 lines read")).toBeVisible();
  await expect(page.getByText("Line 2:")).toBeVisible();
  const fields = page.getByRole("definition");
  await expect(fields.filter({ hasText: /^web-07$/ })).toBeVisible();
  await expect(fields.filter({ hasText: /^\/checkout$/ })).toBeVisible();
  await expectAccessible(page);
});

test("a tested format is saved as a source, edited and removed", async ({ page }) => {
  const name = fresh("edge");
  await page.goto("/sources?tab=tester");
  await page
    .getByLabel("Lines")
    .fill(haproxyLine({ pool: "shop", node: "web-01", session: "s-1", at: new Date() }));
  await page.getByRole("button", { name: "Save as source" }).click();
  const form = page.getByRole("dialog", { name: "Add a source" });
  await form.getByLabel("Name", { exact: true }).fill("not a name");
  await form.getByRole("button", { name: "Save source" }).click();
  await expect(form.getByText("letters, digits, dot, dash and underscore")).toBeVisible();
  await form.getByLabel("Name", { exact: true }).fill(name);
  await form.getByLabel("The session is in").selectOption("cookie");
  await form.getByLabel("Named").first().fill("sid");
  await form.getByRole("button", { name: "Save source" }).click();
  await expect(page.getByText(`Saved ${name}.`)).toBeVisible();

  await page.getByRole("tab", { name: "Sources" }).click();
  const row = page.getByRole("row").filter({ hasText: name });
  await expect(row).toContainText("cookie sid");
  await row.getByRole("button", { name: `Edit ${name}` }).click();
  const edit = page.getByRole("dialog", { name: `Source ${name}` });
  await edit.getByLabel("Affinity").selectOption("cookie");
  await edit.getByLabel("Persistence cookie").fill("SERVERID");
  await edit.getByRole("button", { name: "Save source" }).click();
  await expect(row).toContainText("cookie SERVERID");

  await row.getByRole("button", { name: `Remove ${name}` }).click();
  await page.getByRole("button", { name: "Remove source" }).click();
  await expect(row).toHaveCount(0);
});

test("a source shows what it sent, and its rejected lines by reason", async ({ page }) => {
  const name = fresh("edge");
  await sendLines(place, name, [
    ...journey(fresh("shop"), fresh("one"), ["web-01", "web-01"]),
    "a line of something else",
  ]);
  await page.goto("/sources");
  const row = page.getByRole("row").filter({ hasText: name });
  await expect(row.getByRole("cell").nth(4)).toHaveText("2");
  await row.getByRole("button", { name: "1", exact: true }).click();
  await expect(page.getByRole("table", { name: "Newest rejected lines" })).toContainText(
    "a line of something else",
  );
  await expectAccessible(page);
});

test("the sources page is accessible in both themes and fits a phone", async ({ page }) => {
  await sendLines(place, fresh("edge"), journey(fresh("shop"), fresh("one"), ["web-01"]));
  await page.goto("/sources");
  await expect(page.getByRole("table", { name: "Sources" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("tab", { name: "Connect" }).click();
  await page.getByRole("button", { name: "NGINX" }).click();
  await expect(page.getByText("log_format hopwatch")).toBeVisible();
  await expectAccessible(page);
  await expectFitsPhone(page);
});

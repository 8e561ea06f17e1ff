import type { Browser, Page } from "@playwright/test";
import { expectAccessible } from "./accessible";
import { expectFitsPhone } from "./phone";
import { fresh, sendLines, sharedPlace } from "./shop-lines";
import { expect, test } from "./test";
import { postChange, visits } from "./visits";

const place = sharedPlace();
const minute = 60_000;

/** A pool whose every second session moves from a deploy on. */
async function brokenDeploy() {
  const pool = fresh("shop");
  const at = Math.floor(Date.now() / minute) * minute - 20 * minute;
  await sendLines(place, fresh("edge"), [
    ...visits(pool, at - 8 * minute, 40, false),
    ...visits(pool, at + minute, 40, true),
  ]);
  const title = `deploy of ${pool}`;
  const id = await postChange({ at, kind: "deploy", pool, title });
  return { pool, at, id, title };
}

const figures = (page: Page) => page.getByRole("table", { name: "Figures before and after" });
const verdict = (page: Page) => page.getByRole("region", { name: "Verdict" });

/** What a copied link shows to somebody who was never here. */
async function seenByAnother(browser: Browser, page: Page): Promise<{ page: Page; link: string }> {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Copy link" }).click();
  await expect(page.getByText("Link copied")).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const context = await browser.newContext();
  const other = await context.newPage();
  await other.goto(link);
  return { page: other, link };
}

test("the two sides of a deploy show that it broke stickiness, beyond noise, and a link shows the same", async ({
  page,
  browser,
}) => {
  const { pool, id, title } = await brokenDeploy();
  await page.goto(`/compare?pool=${pool}&change=${id}&window=10m`);
  await expect(verdict(page)).toContainText("Worse");
  await expect(verdict(page)).toContainText(
    /Continuity got worse by 50 points, between [\d.]+ and [\d.]+: 100.00% before, 50.00% after/,
  );
  await expect(figures(page).getByRole("row").filter({ hasText: "Bounces per" })).toContainText(
    "worse by",
  );
  await expect(page.getByRole("table", { name: "Bounces by cause" })).toContainText("unknown");
  await expect(page.getByRole("region", { name: "Changes" })).toContainText(title);
  await expectAccessible(page);

  const before = await figures(page).textContent();
  const other = await seenByAnother(browser, page);
  await expect(verdict(other.page)).toContainText("between");
  expect(await figures(other.page).textContent()).toBe(before);
  await other.page.context().close();
});

test("the comparison is copied as Markdown", async ({ page }) => {
  const { pool, id, title } = await brokenDeploy();
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`/compare?pool=${pool}&change=${id}&window=10m`);
  await page.getByRole("button", { name: "Markdown" }).click();
  await page.getByRole("button", { name: "Copy as Markdown" }).click();
  await expect(page.getByText("Markdown copied.")).toBeVisible();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  expect(text).toContain(`# ${title}`);
  expect(text).toContain("| Session continuity | 100.00% | 50.00% |");
});

test("usual windows are chosen from a menu by keyboard, a link fixes them, and Back undoes it", async ({
  page,
  browser,
}) => {
  const { pool } = await brokenDeploy();
  await page.goto(`/compare?pool=${pool}`);
  await expect(verdict(page)).toBeVisible();
  await page.keyboard.press("t");
  await expect(page.getByRole("button", { name: "Compare these" })).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/before=now-25h/);
  await expect(
    page.getByRole("button", { name: "This hour and the same hour yesterday" }),
  ).toBeVisible();
  await expect(verdict(page)).toContainText("Not enough traffic");
  const before = await figures(page).textContent();
  const other = await seenByAnother(browser, page);
  expect(other.link).not.toContain("now-");
  await expect(verdict(other.page)).toContainText("Not enough traffic");
  expect(await figures(other.page).textContent()).toBe(before);
  await other.page.context().close();
  await page.goBack();
  await expect(page).not.toHaveURL(/before=/);
});

test("two pools over one window show an experiment", async ({ page }) => {
  const sticky = fresh("sticky");
  const loose = fresh("loose");
  const from = Math.floor(Date.now() / minute) * minute - 30 * minute;
  await sendLines(place, fresh("edge"), visits(sticky, from, 40, false));
  await sendLines(place, fresh("edge"), visits(loose, from, 40, true));
  await page.goto("/compare?tz=utc");
  await page.getByRole("button", { name: "Range and the period before" }).click();
  const window = [new Date(from), new Date(from + 10 * minute)].map((at) =>
    at.toISOString().slice(0, 16).replace("T", " "),
  );
  await page.getByLabel("Before, pool").selectOption(sticky);
  await page.getByLabel("After, pool").selectOption(loose);
  for (const side of ["Before", "After"]) {
    await page.getByLabel(`${side}, from`).fill(window[0] ?? "");
    await page.getByLabel(`${side}, to`).fill(window[1] ?? "");
  }
  await page.getByRole("button", { name: "Compare these" }).click();
  await expect(verdict(page)).toContainText(`100.00% in ${sticky}, 50.00% in ${loose}`);
  await expect(figures(page).getByRole("columnheader", { name: loose })).toBeVisible();
  await page.reload();
  await expect(verdict(page)).toContainText(`50.00% in ${loose}`);
});

test("one balancer's traffic is compared alone", async ({ page }) => {
  const pool = fresh("shop");
  const [good, bad] = [fresh("edge"), fresh("edge")];
  const at = Math.floor(Date.now() / minute) * minute - 20 * minute;
  await sendLines(place, good, [
    ...visits(pool, at - 8 * minute, 40, false),
    ...visits(pool, at + minute, 40, false).map((line) => line.replaceAll("sid=", "sid=g")),
  ]);
  await sendLines(place, bad, visits(pool, at + minute, 40, true));
  await page.goto(
    `/compare?pool=${pool}&before=${at - 10 * minute}/${at}&after=${at}/${at + 10 * minute}`,
  );
  await expect(verdict(page)).toContainText("Worse");
  await page.getByRole("button", { name: /Balancer/ }).click();
  await page.getByRole("button", { name: good }).click();
  await expect(page).toHaveURL(new RegExp(`lb=${good}`));
  await expect(verdict(page)).not.toContainText("Worse");
  await expect(figures(page).getByRole("row").filter({ hasText: "Latency p95" })).toContainText(
    "not known",
  );
});

test("the comparison fits a phone", async ({ page }) => {
  const { pool, id } = await brokenDeploy();
  await page.goto(`/compare?pool=${pool}&change=${id}&window=10m`);
  await expect(verdict(page)).toContainText("Worse");
  await expectFitsPhone(page);
  await expectAccessible(page);
});

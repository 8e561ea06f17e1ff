import { expectAccessible } from "./accessible";
import { expectFitsPhone } from "./phone";
import { fresh, sendLines, sharedPlace } from "./shop-lines";
import { expect, test } from "./test";
import { postChange, visits } from "./visits";

const place = sharedPlace();
const minute = 60_000;

test("a change is noted on a chart by keyboard, corrected in the list and taken back", async ({
  page,
}) => {
  const pool = fresh("shop");
  const from = Math.floor(Date.now() / minute) * minute - 20 * minute;
  await sendLines(place, fresh("edge"), visits(pool, from, 20, true));
  await page.goto(`/?pool=${pool}`);
  const chart = page.getByRole("slider", { name: /Bounces by cause over time/ });
  await chart.focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("m");
  const form = page.getByRole("dialog", { name: "Note a change" });
  await expect(form.getByLabel("Pool")).toHaveValue(pool);
  await form.getByRole("button", { name: "Note it" }).click();
  await expect(form.getByText("Say what changed")).toBeVisible();
  await form.getByLabel("What changed").fill("deploy by hand");
  await expectAccessible(page);
  await form.getByLabel("What changed").press("Enter");
  await expect(page.getByText("The change is noted.")).toBeVisible();
  const mark = page.getByRole("link", { name: /deploy by hand: before and after/ });
  await expect(mark).toBeVisible();

  await page.goto(`/changes?pool=${pool}`);
  const list = page.getByRole("table", { name: "Changes with their verdicts" });
  await expect(list.getByRole("row").filter({ hasText: "deploy by hand" })).toContainText(
    "judged in",
  );
  await page.getByRole("button", { name: "Correct deploy by hand" }).click();
  const edit = page.getByRole("dialog", { name: "Correct the change" });
  await edit.getByLabel("What changed").fill("deploy by foot");
  await edit.getByLabel("When").fill("now-2h");
  await edit.getByLabel("Kind").selectOption({ label: "config reload" });
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("The change is corrected.")).toBeVisible();
  await expect(page.getByText("No change in this range")).toBeVisible();
  await page.getByRole("button", { name: "Look at the last 7 days" }).click();
  const row = list.getByRole("row").filter({ hasText: "deploy by foot" });
  await expect(row).toContainText("config reload");
  await row.getByRole("button", { name: "Correct deploy by foot" }).click();
  await edit.getByRole("button", { name: "Take it back" }).click();
  await expect(page.getByText("The change is taken back.")).toBeVisible();
  await expect(row).toHaveCount(0);
});

test("a change gets its verdict by itself, with the interval, and opens its two sides", async ({
  page,
}) => {
  const pool = fresh("shop");
  const at = Math.floor(Date.now() / minute) * minute - 40 * minute;
  await sendLines(place, fresh("edge"), [
    ...visits(pool, at - 10 * minute, 60, false),
    ...visits(pool, at + minute, 60, true),
  ]);
  await postChange({ at, kind: "deploy", pool, title: `deploy of ${pool}` });
  await page.goto(`/changes?pool=${pool}`);
  const row = page.getByRole("row").filter({ hasText: `deploy of ${pool}` });
  await expect
    .poll(
      async () => {
        await page.reload();
        return await row.textContent();
      },
      { timeout: 30_000 },
    )
    .toMatch(/Worse−[\d.]+ to −[\d.]+ points/);
  await expectAccessible(page);
  await page.getByRole("button", { name: /Kind/ }).click();
  await page.getByRole("button", { name: "config reload" }).click();
  await expect(row).toHaveCount(0);
  await page.goBack();
  await row.getByRole("link", { name: `deploy of ${pool}` }).click();
  await expect(page).toHaveURL(/\/compare\?.*change=/);
  await expect(page.getByRole("region", { name: "Verdict" })).toContainText("Worse");
  await expect(page.getByRole("region", { name: "Changes" })).toContainText("Worse");
});

test("a pipeline gates a roll-out on the verdict", async () => {
  const pool = fresh("shop");
  const at = Math.floor(Date.now() / minute) * minute - 20 * minute;
  await sendLines(place, fresh("edge"), [
    ...visits(pool, at - 8 * minute, 40, false),
    ...visits(pool, at + minute, 40, true),
  ]);
  const id = await postChange({ at, kind: "deploy", pool, title: "gated" });
  const answer = await fetch(`${place.url}/api/v1/changes/${id}/verdict?window=10m`);
  expect(await answer.json()).toMatchObject({ verdict: "worse", complete: true });
});

test("the list of changes fits a phone", async ({ page }) => {
  const pool = fresh("shop");
  await postChange({ at: Date.now() - minute, kind: "config", pool, title: "reload r118" });
  await page.goto(`/changes?pool=${pool}`);
  await expect(page.getByRole("row").filter({ hasText: "reload r118" })).toBeVisible();
  await expectFitsPhone(page);
  await expectAccessible(page);
});

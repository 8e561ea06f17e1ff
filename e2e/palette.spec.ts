import { expectAccessible } from "./accessible";
import { expectFitsPhone } from "./phone";
import { fresh, journey, sendLines, sharedPlace } from "./shop-lines";
import { expect, test } from "./test";

const combobox = { name: "Go to or do anything" };

test("the palette leads to pages and does things, by keyboard alone", async ({ page }) => {
  const pool = fresh("shop");
  await sendLines(sharedPlace(), fresh("edge"), journey(pool, fresh("s"), ["web-01", "web-02"]));
  await page.goto(`/?pool=${pool}`);
  await page.keyboard.press("Control+k");
  const box = page.getByRole("combobox", combobox);
  await expect(box).toBeFocused();
  await box.fill("nodes");
  await expect(page.getByRole("option", { name: /^Nodes/ })).toHaveAttribute(
    "aria-selected",
    "true",
  );
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/nodes\\?.*pool=${pool}`));
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await page.keyboard.press("Control+k");
  await box.fill("24 hours");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/from=now-24h/);

  await page.keyboard.press("Control+k");
  await box.fill("dark and light");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveClass(/dark|light/);

  for (const then of ["Resume", "Live"]) {
    await page.keyboard.press("Control+k");
    await box.fill("pause or resume");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("button", { name: then, exact: true })).toBeVisible();
  }

  await page.keyboard.press("Control+k");
  await box.fill(pool);
  await page
    .getByRole("option", { name: new RegExp(`^${pool}`) })
    .first()
    .click();
  await expect(page).toHaveURL(new RegExp(`pool=${pool}`));
});

test("the palette finds a session by its raw ID, and no address ever holds it", async ({
  page,
}) => {
  const session = fresh("raw-session-key");
  await sendLines(
    sharedPlace(),
    fresh("edge"),
    journey(fresh("shop"), session, ["web-01", "web-02"]),
  );
  const addresses: string[] = [];
  page.on("request", (sent) => addresses.push(sent.url()));
  await page.goto("/sources");
  await page.getByRole("button", { name: /Go to or do anything/ }).click();
  await page.getByRole("combobox", combobox).fill(session);
  const found = page.getByRole("group", { name: "Sessions" }).getByRole("option");
  await expect(found).toHaveCount(1);
  await expect(found).toContainText("1 bounce");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/sessions\/[0-9a-f]{16}/);
  expect(addresses.filter((address) => address.includes(session))).toEqual([]);
});

test("a path typed into the palette lists its bounces", async ({ page }) => {
  await page.goto("/sources");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", combobox).fill("/step/1");
  await page.getByRole("option", { name: "Bounces on /step/1" }).click();
  await expect(page).toHaveURL(/tab=bounces/);
  await expect(page).toHaveURL(/q=(%2F|\/)step/);
});

test("the palette opens again for who asks before the browser has told of its close", async ({
  page,
}) => {
  await page.goto("/sources");
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", combobox)).toBeFocused();
  await page.evaluate(async () => {
    const press = (on: Element | null, key: string, ctrlKey: boolean) =>
      on?.dispatchEvent(
        new KeyboardEvent("keydown", { key, ctrlKey, bubbles: true, cancelable: true }),
      );
    const dialog = document.querySelector("dialog.palette");
    const told = new Promise((tell) => dialog?.addEventListener("close", tell, { once: true }));
    press(document.activeElement, "Escape", false);
    for (let step = 0; step < 20; step++) await null;
    press(document.body, "k", true);
    await told;
  });
  // As fast as it goes: no letter is lost either.
  await page.keyboard.type("nodes");
  await expect(page.getByRole("combobox", combobox)).toHaveValue("nodes");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/nodes/);
});

test("the open palette is accessible in both themes, fits a phone and closes", async ({ page }) => {
  await page.goto("/sources");
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("option", { name: /^Overview/ })).toBeVisible();
  await expectAccessible(page);
  await expectFitsPhone(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("combobox", combobox)).toHaveCount(0);
});

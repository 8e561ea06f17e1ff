import { expectAccessible } from "./accessible";
import { expectFitsPhone } from "./phone";
import { fresh, haproxyLine, journey, sendLines, sharedPlace } from "./shop-lines";
import { expect, test } from "./test";

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

test("a source shows what its log can prove, what would prove the rest, and an affinity that differs", async ({
  page,
}) => {
  const name = fresh("edge");
  const pool = fresh("shop");
  const saved = await page.request.put(`/api/v1/sources/${name}`, {
    data: {
      format: "haproxy-http",
      lb: name,
      session: { cookie: "sid" },
      affinity: { method: "cookie", cookie: "SERVERID" },
    },
    headers: { authorization: `Bearer ${place.key}` },
  });
  expect(saved.ok()).toBe(true);
  const now = Date.now();
  await sendLines(
    place,
    name,
    Array.from({ length: 20 }, (_, n) =>
      haproxyLine({
        pool,
        node: "web-01",
        session: `client-${n % 5}`,
        at: new Date(now - (20 - n) * 1000),
        state: n < 5 ? (n < 2 ? "--NN" : "--NI") : "--VN",
      }),
    ),
  );
  await expect
    .poll(async () => JSON.stringify(await (await page.request.get("/api/v1/sources")).json()))
    .toContain("40 % of responses");
  await page.goto("/sources");
  const row = page.getByRole("row").filter({ hasText: name });
  await expect(row).toContainText(
    "declared cookie SERVERID, 40 % of responses to clients without it never set it",
  );
  await row.getByRole("button", { name: /What the log of .* can prove/ }).click();
  const list = page.getByRole("region", { name: `What the log of ${name} can prove` });
  await expect(list).toContainText("cookie-not-set");
  await expect(list.getByRole("listitem").filter({ hasText: "No node states" })).toContainText(
    "option log-health-checks, with the global log at level notice",
  );
  await expect(list.getByRole("button", { name: "Copy" }).first()).toBeVisible();
  await expectAccessible(page);
  await expectFitsPhone(page);
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

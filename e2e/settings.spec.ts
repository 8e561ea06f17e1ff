import { z } from "zod";
import { expect, test } from "./test";

const line = `192.0.2.7:50123 [15/Jan/2026:10:00:00.123] www settings/web-1 0/0/1/5/6 200 512 - - --VN 1/1/1/1/0 0/0 "GET / HTTP/1.1"`;

test("a key is made on the page, is taken at once, and refused once it is revoked", async ({
  page,
  request,
}) => {
  const send = async (key: string) => {
    const answer = await request.post("/api/v1/logs/settings-edge", {
      headers: { authorization: `Bearer ${key}` },
      data: line,
    });
    return answer.status();
  };
  await page.goto("/");
  await page.getByRole("link", { name: "Settings" }).click();
  await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
  await page.getByRole("button", { name: "Make a key" }).click();
  const dialog = page.getByRole("dialog", { name: "Make a key" });
  await dialog.getByRole("button", { name: "Make the key" }).click();
  await expect(dialog.getByText("Give the key a name")).toBeVisible();
  await dialog.getByLabel("Name").fill("edge of the test");
  await dialog.getByRole("button", { name: "Make the key" }).click();
  const shown = dialog.getByRole("figure", { name: /^The key of/ }).locator("pre");
  await expect(shown).toHaveText(/^hw_[\w-]{32}\s*$/);
  const key = ((await shown.textContent()) ?? "").trim();
  await dialog.getByRole("button", { name: "Done" }).click();
  const row = page.getByRole("row", { name: /edge of the test/ });
  await expect(row).toContainText(`…${key.slice(-4)}`);
  await expect(page.getByText(key)).toHaveCount(0);
  expect(await send(key)).toBe(200);

  await row.getByRole("button", { name: "Revoke edge of the test" }).click();
  await page.getByRole("button", { name: "Revoke the key" }).click();
  await expect(row).toHaveCount(0);
  expect(await send(key)).toBe(401);
});

test("what is aimed at is set for all pools, and what is kept is told with what sets it", async ({
  page,
  request,
}) => {
  const objectives = z.object({ default: z.number(), pools: z.record(z.string(), z.number()) });
  const before = objectives.parse(await (await request.get("/api/v1/objectives")).json());
  try {
    await page.goto("/settings");
    await page.getByRole("button", { name: /^Objective of all pools/ }).click();
    await page.getByLabel("Continuity objective, %").fill("99.25");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(
      page.getByRole("button", { name: "Objective of all pools: 99.25%" }),
    ).toBeVisible();
    const now = objectives.parse(await (await request.get("/api/v1/objectives")).json());
    expect(now.default).toBe(0.9925);
  } finally {
    await request.put("/api/v1/objectives", { data: before });
  }
  await expect(page.getByRole("row", { name: /HOPWATCH_RETENTION_DAYS/ })).toContainText("30 days");
  await expect(page.getByRole("row", { name: /^Requests/ }).last()).toContainText(/[KM]iB|B/);
});

test("the keys g and comma go there", async ({ page }) => {
  await page.goto("/sources");
  await page.keyboard.press("g");
  await page.keyboard.press(",");
  await expect(page).toHaveURL(/\/settings/);
});

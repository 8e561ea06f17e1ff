import { expectAccessible } from "./accessible";
import { aBouncedSession, sendLines, settledSession } from "./bounced-session";
import { expect, test } from "./test";

test("a session's timeline tells why it bounced, what proves it, and that it was lost", async ({
  page,
  request,
}) => {
  const { id } = await aBouncedSession(request);
  await page.goto(`/sessions/${id}`);

  await expect(page.getByRole("heading", { level: 1 })).toHaveText(id.slice(0, 12));
  await expect(page.getByText("2 times across 3 nodes")).toBeVisible();
  await expect(page.getByText("Lost once", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: /^Hop 1: failover, web-1 to web-2/ }).press("Enter");
  const details = page.getByRole("complementary", { name: "Selected request" });
  await expect(details.getByRole("heading", { name: "Why did this hop?" })).toBeVisible();
  await expect(details.getByText("failover").first()).toBeVisible();
  await expect(details.getByText("--DI").first()).toBeVisible();
  await expect(details.getByText(/session was lost/)).toBeVisible();

  const rows = page.getByRole("table").getByRole("row");
  await expect(rows).toHaveCount(9);
  await expect(rows.filter({ hasText: "/checkout" })).toContainText("missing");
  await expect(page).toHaveURL(/hop=1/);
});

test("a copied address opens with the same zoom and the same request selected", async ({
  page,
  request,
  context,
}) => {
  const { id } = await aBouncedSession(request);
  await page.goto(`/sessions/${id}`);
  await page.getByRole("button", { name: /^\/checkout|GET \/checkout/ }).click();
  await page.keyboard.press("+");
  await expect(page).toHaveURL(/from=.*&?/);
  await expect(page.getByText(/in view of 8/)).toBeVisible();
  const seen = await page.getByText(/in view of 8/).textContent();

  const other = await context.newPage();
  await other.goto(page.url());
  await expect(other.getByText(/in view of 8/)).toHaveText(seen ?? "");
  await expect(other.locator("tr.selected")).toContainText("/checkout");
  await expect(
    other.getByRole("complementary", { name: "Selected request" }).getByText("Hop 1 of 2"),
  ).toBeVisible();

  await page.goBack();
  await expect(page.getByText(/in view of 8/)).toHaveCount(0);
});

test("keys step from bounce to bounce, zoom, fit and fold", async ({ page, request }) => {
  const { id } = await aBouncedSession(request);
  await page.goto(`/sessions/${id}`);
  const details = page.getByRole("complementary", { name: "Selected request" });
  await expect(details.getByText("Hop 1 of 2")).toBeVisible();
  await expect(async () => {
    await page.keyboard.press("n");
    await expect(page).toHaveURL(/hop=1/, { timeout: 2000 });
  }).toPass();
  await page.keyboard.press("n");
  await expect(details.getByText("Hop 2 of 2")).toBeVisible();
  await page.keyboard.press("k");
  await expect(details.getByText("Hop 1 of 2")).toBeVisible();
  await page.keyboard.press("+");
  await expect(page).toHaveURL(/from=/);
  await page.keyboard.press("0");
  await expect(page).not.toHaveURL(/from=/);
  await page.keyboard.press("f");
  await expect(page.getByRole("button", { name: "True time" })).toBeVisible();
  await expect(page).toHaveURL(/fold=false/);
});

test("dragging over the plot zooms, hiding a lane is kept in the address", async ({
  page,
  request,
}) => {
  const { id } = await aBouncedSession(request);
  await page.goto(`/sessions/${id}`);
  const surface = page.locator(".tl-surface");
  const box = await surface.boundingBox();
  if (!box) throw new Error("the plot is drawn");
  await page.mouse.move(box.x + 4, box.y + box.height - 4);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.3, box.y + box.height - 4, { steps: 4 });
  await page.mouse.up();
  await expect(page.getByText(/in view of 8/)).toBeVisible();
  await page.getByRole("button", { name: "Lanes" }).click();
  await page.getByRole("checkbox", { name: /web-3/ }).uncheck();
  await expect(page).toHaveURL(/hide=web-3/);
  await page.reload();
  await expect(page.getByRole("button", { name: "2 of 3 lanes" })).toBeVisible();
});

test("a request that comes in shows on the open timeline by itself", async ({ page, request }) => {
  const { scene, id } = await aBouncedSession(request);
  await page.goto(`/sessions/${id}`);
  await expect(page.getByRole("button", { name: "Live" })).toBeVisible();
  await expect(page.getByText(/^8$/).first()).toBeVisible();
  await sendLines(request, scene, [
    { at: 152_000, node: "web-1", path: "/late-arrival", flags: "NI" },
  ]);
  await expect(page.getByText("/late-arrival").first()).toBeVisible();
  await expect(page.getByText("3 times across 3 nodes")).toBeVisible();
});

test("a pinned snapshot stays as it was, under its own link", async ({ page, request }) => {
  const { scene, id } = await aBouncedSession(request);
  await page.goto(`/sessions/${id}`);
  await page.getByRole("button", { name: "Pin snapshot" }).click();
  await page.getByLabel("Note (optional)").fill("Kept for the review");
  await page.getByRole("button", { name: "Pin", exact: true }).click();
  await page.getByRole("link", { name: /\/s\// }).click();
  await expect(page).toHaveURL(/\/s\/[0-9a-f]{20}/);
  await expect(page.getByText("Kept for the review")).toBeVisible();
  await sendLines(request, scene, [{ at: 153_000, node: "web-2", path: "/later", flags: "NI" }]);
  await settledSession(request, scene, 3);
  await page.reload();
  await expect(page.getByText("2 times across 3 nodes")).toBeVisible();
  await expect(page.getByText("/later")).toHaveCount(0);
});

test("a note is written at a moment by keyboard, marked, changed and taken away, and stays in a snapshot", async ({
  page,
  request,
}) => {
  const { id } = await aBouncedSession(request);
  await page.goto(`/sessions/${id}?hop=1`);
  await expect(page.locator("tr.selected")).toContainText("/checkout");
  await page.keyboard.press("a");
  await page.getByLabel("Note", { exact: true }).fill("Deploy began here");
  const name = page.getByLabel("Your name (optional)");
  await name.fill("Mara");
  await name.press("Enter");
  const list = page.getByRole("region", { name: "Notes" });
  await expect(list.getByRole("listitem")).toContainText("Deploy began here");
  await expect(list.getByRole("listitem")).toContainText("Mara");
  await expect(
    page.getByRole("button", { name: /^Note 1, .*Mara: Deploy began here/ }),
  ).toBeVisible();
  const told = await request.get(`/api/v1/sessions/${id}/export?format=md`);
  expect(await told.text()).toContain("Deploy began here");
  const taken = await request.post("/api/v1/snapshots", { data: { sessionId: id } });
  const { path } = await taken.json();

  await page.getByRole("button", { name: "Edit or remove note 1" }).press("Enter");
  await page.getByLabel("Note", { exact: true }).fill("Deploy ended here");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(list.getByRole("listitem")).toContainText("Deploy ended here");
  await expect(list.getByRole("listitem")).toContainText("edited");
  await page.getByRole("button", { name: "Edit or remove note 1" }).click();
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(list).toHaveCount(0);

  await page.goto(path);
  await expect(page.getByRole("region", { name: "Notes" })).toContainText("Deploy began here");
  await expect(page.getByRole("button", { name: /Edit or remove/ })).toHaveCount(0);
  await expectAccessible(page);
});

test("a hop says what to do on the balancer that it came through, and on others", async ({
  page,
  request,
}) => {
  const { scene, id } = await aBouncedSession(request);
  await page.goto(`/sessions/${id}?hop=1`);
  const steps = page.getByRole("region", { name: "What to do next" });
  await expect(steps).toContainText("option redispatch");
  await expect(steps).toContainText(`backend ${scene.pool}`);
  await steps.getByRole("button", { name: "NGINX", exact: true }).click();
  await expect(steps).toContainText(`upstream ${scene.pool}`);
});

test("an unknown session says so and offers the list", async ({ page }) => {
  await page.goto("/sessions/00000000deadbeef");
  await expect(page.getByText("This session is not known here")).toBeVisible();
  await expect(page.getByRole("link", { name: "All sessions" })).toBeVisible();
});

test("the timeline is accessible in both themes and stands on a narrow screen", async ({
  page,
  request,
}) => {
  const { id } = await aBouncedSession(request);
  await page.goto(`/sessions/${id}?hop=1`);
  await expect(page.locator("tr.selected")).toContainText("/checkout");
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(page.getByRole("button", { name: /^Hop 1: failover/ })).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await expectAccessible(page);
});

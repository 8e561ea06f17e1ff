import { startReceivers } from "@/lib/alerts/testing/receivers";
import { expectAccessible } from "./accessible";
import { fresh, haproxyLine, sendLines, sharedPlace } from "./shop-lines";
import { expect, test } from "./test";

test("channels of every kind are entered in the page, and say whom they tell and when", async ({
  page,
}) => {
  const names = { opsgenie: fresh("og"), teams: fresh("teams"), email: fresh("mail") };
  await page.goto("/alerts?tab=channels");
  const open = async (name: string, kind: string) => {
    await page.getByRole("button", { name: "Add a channel" }).click();
    const form = page.getByRole("dialog", { name: "Add a channel" });
    await form.getByLabel("Name", { exact: true }).fill(name);
    await form.getByLabel("Kind").selectOption(kind);
    return form;
  };

  const opsgenie = await open(names.opsgenie, "opsgenie");
  await opsgenie.getByRole("button", { name: "Save channel" }).click();
  await expect(opsgenie.getByLabel("API key")).toHaveAttribute("aria-invalid", "true");
  await opsgenie.getByLabel("API key").fill("key-of-opsgenie");
  await opsgenie.getByLabel(/^Address/).fill("https://api.eu.opsgenie.com");
  await opsgenie.getByText("Only some alerts").click();
  await opsgenie.getByLabel("Only pool").fill("shop-*, checkout");
  await opsgenie.getByRole("button", { name: "Save channel" }).click();
  const row = (name: string) => page.getByRole("row").filter({ hasText: name });
  await expect(row(names.opsgenie)).toContainText("shop-*");

  const teams = await open(names.teams, "teams");
  await teams.getByLabel("Address").fill("https://example.org/workflow");
  await teams.getByRole("checkbox", { name: "Quiet hours" }).check();
  await teams.getByLabel("Quiet from").fill("late");
  await teams.getByLabel("Time zone").fill("Europe/Berlin");
  await teams.getByRole("button", { name: "Save channel" }).click();
  await expect(teams.getByLabel("Quiet from")).toHaveAttribute("aria-invalid", "true");
  await teams.getByLabel("Quiet from").fill("21:30");
  await teams.getByLabel("Quiet until").fill("06:15");
  await expectAccessible(page);
  await teams.getByRole("button", { name: "Save channel" }).click();
  await expect(row(names.teams)).toContainText("21:30");

  const mail = await open(names.email, "email");
  await mail.getByLabel("SMTP server").fill("mail.example.org");
  await mail.getByLabel("From").fill("hopwatch@example.org");
  await mail.getByLabel("To", { exact: true }).fill("ops@example.org, nobody");
  await mail.getByRole("button", { name: "Save channel" }).click();
  await expect(mail.getByLabel("To", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await mail.getByLabel("To", { exact: true }).fill("ops@example.org, sre@example.org");
  await mail.getByRole("button", { name: "Save channel" }).click();
  await expect(row(names.email)).toContainText("ops@example.org");

  // A secret is never told again, and what is kept is shown as it was entered.
  await page.getByRole("button", { name: `Edit ${names.opsgenie}` }).click();
  const edit = page.getByRole("dialog", { name: `Channel ${names.opsgenie}` });
  await expect(edit.getByLabel("API key")).toHaveValue("");
  await expect(edit.getByLabel("Only pool")).toHaveValue("shop-*, checkout");
  await edit.getByRole("button", { name: "Cancel" }).click();
  for (const name of Object.values(names)) {
    await page.getByRole("button", { name: `Remove ${name}` }).click();
    await page.getByRole("button", { name: "Remove channel" }).click();
    await expect(row(name)).toHaveCount(0);
  }
});

test("a channel's log says what it was told, how often it was tried, and what it answered", async ({
  page,
}) => {
  test.setTimeout(120_000);
  const place = sharedPlace();
  const receivers = await startReceivers();
  const pool = fresh("shop");
  const name = fresh("slack");
  receivers.moods.set("slack", [{ status: 503 }]);
  const answer = await fetch(`${place.url}/api/v1/channels/${name}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      kind: "slack",
      settings: { url: `${receivers.url}/slack` },
      route: { pool: [pool] },
    }),
  });
  expect(answer.ok).toBe(true);
  const begin = Math.floor(Date.now() / 10_000) * 10_000 - 6 * 60_000;
  const lines: string[] = [];
  for (let at = begin; at < begin + 4 * 60_000; at += 10_000)
    for (let session = 0; session < 30; session += 1) {
      const failed = at >= begin + 3 * 60_000 && session % 2 === 0;
      lines.push(
        haproxyLine({
          pool,
          node: failed ? "web-3" : `web-${session % 2}`,
          session: `${pool}-${session}`,
          at: new Date(at + session * 60),
          state: failed && at < begin + 3 * 60_000 + 10_000 ? "--DI" : "--VN",
        }),
      );
    }
  await sendLines(place, fresh("edge"), lines);
  await expect.poll(() => receivers.taken.length, { timeout: 30_000 }).toBe(1);
  await page.goto("/alerts?tab=channels");
  await page.getByRole("button", { name: `Deliveries of ${name}` }).click();
  const log = page.getByRole("dialog", { name: `Told to ${name}` });
  await expect(log.getByRole("listitem")).toHaveCount(1);
  await expect(log).toContainText(`in ${pool}`);
  await expect(log).toContainText("2 tries");
  await expectAccessible(page);
  await log.getByRole("link").click();
  await expect(page).toHaveURL(/\/alerts\/[0-9a-f]{12}/);
  await fetch(`${place.url}/api/v1/channels/${name}`, { method: "DELETE" });
  await receivers.close();
});

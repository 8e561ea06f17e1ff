import { fresh, haproxyLine, sendLines, sharedPlace } from "./shop-lines";
import { expect, test } from "./test";

const long = (word: string) => `${fresh(word)}-${"and-so-on-".repeat(20)}`.slice(0, 190);

test("names of two hundred characters push nothing out of a page, and differ where they are cut", async ({
  page,
}) => {
  const pool = long("pool");
  const nodes = [1, 2].map((n) => `${long("pod")}-end${n}`);
  const session = fresh("s");
  const lines = Array.from({ length: 8 }, (_, index) =>
    haproxyLine({
      pool,
      node: nodes[index % 2] ?? "",
      session,
      at: new Date(Date.now() - 60_000 + index * 1000),
      path: `/${"segment/".repeat(25)}`,
    }),
  );
  await sendLines(sharedPlace(), fresh("edge").padEnd(100, "-long"), lines);
  const query = `pool=${pool}`;
  await expect
    .poll(async () => (await page.request.get(`/api/v1/bounces?${query}`)).text())
    .toContain("-end2");
  for (const path of [
    "/",
    "/sessions",
    "/sessions?tab=bounces",
    "/nodes",
    "/compare",
    "/changes",
  ]) {
    await page.goto(`${path}${path.includes("?") ? "&" : "?"}${query}`);
    await expect(page.locator(".skeleton")).toHaveCount(0);
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      path,
    ).toBeLessThanOrEqual(0);
  }
  await page.goto(`/?${query}`);
  const where = page.getByRole("region", { name: "Where it lies" });
  // Which node is which, and how many bounces left it, are both in sight.
  for (const shown of [where.getByText(/-end1$/), where.getByText("Left it")])
    await expect(shown.first()).toBeInViewport();
  const moves = page.getByRole("table", { name: /^Bounces from the row/ });
  await moves.scrollIntoViewIfNeeded();
  await expect(moves.getByRole("link").first()).toBeInViewport();
});

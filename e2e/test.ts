import { test as base, type Page } from "@playwright/test";

export { expect } from "@playwright/test";

/** Resolves once the page's keys and buttons do something: markup alone takes no press. */
export async function alive(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      document.querySelector("#main") === null ||
      document.documentElement.dataset.alive !== undefined,
  );
}

/** Tests whose page is alive once it is opened. */
export const test = base.extend({
  page: async ({ page }, use) => {
    const open = page.goto.bind(page);
    page.goto = async (url, options) => {
      const response = await open(url, options);
      await alive(page);
      return response;
    };
    await use(page);
  },
});

import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** Fails with the rule and the element where the page breaks WCAG 2.1 A or AA, in each theme. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { violations } = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"])
      .analyze();
    const told = violations.map(
      ({ id, nodes }) =>
        `${colorScheme}: ${id} at ${nodes
          .map((node) => node.target.join(" "))
          .slice(0, 4)
          .join("; ")}`,
    );
    expect(told).toEqual([]);
  }
}

import type { BrowserContext } from "@playwright/test";

/** The share of pixels, from 0 to 1, that differ between two PNGs so that an eye sees it; 1 when their sizes do. */
export async function differenceOf(
  context: BrowserContext,
  one: Buffer,
  other: Buffer,
): Promise<number> {
  // A page of nobody's: ours load no pictures from memory.
  const page = await context.newPage();
  try {
    return await page.evaluate(
      async (texts) => {
        const [first, second] = await Promise.all(
          texts.map(async (text) => {
            const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
            const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
            const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
            pen?.drawImage(bitmap, 0, 0);
            return pen?.getImageData(0, 0, bitmap.width, bitmap.height);
          }),
        );
        if (!first || !second || first.data.length !== second.data.length) return 1;
        let differing = 0;
        for (let at = 0; at < first.data.length; at += 4)
          if (
            [0, 1, 2].some(
              (k) => Math.abs((first.data[at + k] ?? 0) - (second.data[at + k] ?? 0)) > 40,
            )
          )
            differing += 1;
        return (differing * 4) / first.data.length;
      },
      [one.toString("base64"), other.toString("base64")],
    );
  } finally {
    await page.close();
  }
}

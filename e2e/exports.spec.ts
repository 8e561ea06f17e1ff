import { aBouncedSession } from "./bounced-session";
import { expect, test } from "./test";

const pngMark = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Width and height from a PNG's first chunk. */
function sizeOf(png: Buffer): { width: number; height: number } {
  expect(png.subarray(0, 8)).toEqual(pngMark);
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}

test("a timeline is exported as a PNG, by name and by what the caller accepts", async ({
  request,
}) => {
  const { id } = await aBouncedSession(request);
  const named = await request.get(`/api/v1/sessions/${id}/export?format=png`);
  expect(named.headers()["content-type"]).toBe("image/png");
  expect(sizeOf(await named.body()).width).toBe(2400);
  const accepted = await request.get(`/api/v1/sessions/${id}/export`, {
    headers: { accept: "image/png" },
  });
  expect(sizeOf(await accepted.body()).width).toBe(2400);
});

test("the links of a session and of a snapshot tell pool, bounces and cause, with a picture", async ({
  page,
  request,
}) => {
  const { scene, id } = await aBouncedSession(request);
  const taken = await request.post("/api/v1/snapshots", { data: { sessionId: id } });
  const { path } = await taken.json();
  for (const address of [`/sessions/${id}`, path]) {
    await page.goto(address);
    const read = (property: string) =>
      page.locator(`meta[property="${property}"]`).getAttribute("content");
    const title = await read("og:title");
    expect(title).toContain(scene.pool);
    expect(title).toContain("2 bounces over 3 nodes");
    expect(`${title} ${await read("og:description")}`).not.toContain(scene.sessionKey);
    const picture = await request.get((await read("og:image")) ?? "");
    expect(picture.headers()["cross-origin-resource-policy"]).toBe("cross-origin");
    expect(sizeOf(await picture.body())).toEqual({ width: 1200, height: 630 });
  }
});

test("a post-mortem's Markdown of a pinned snapshot has its tables and shows its picture", async ({
  page,
  request,
}) => {
  const { id } = await aBouncedSession(request);
  await page.goto(`/sessions/${id}`);
  await page.getByRole("button", { name: "Pin snapshot" }).click();
  await page.getByRole("button", { name: "Pin", exact: true }).click();
  const link = page.getByRole("link", { name: "Post-mortem as Markdown" });
  await expect(link).toBeVisible();
  const answer = await request.get((await link.getAttribute("href")) ?? "");
  const text = await answer.text();
  expect(text).toContain("| # | Time (UTC) |");
  const picture = /!\[[^\]]*\]\((http[^)]+)\)/.exec(text)?.[1] ?? "";
  expect(picture).toContain("/api/v1/snapshots/");
  expect(sizeOf(await (await request.get(picture)).body()).width).toBe(2400);
});

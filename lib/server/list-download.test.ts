import { afterEach, expect, it, vi } from "vitest";
import { listDownload } from "./list-download";

afterEach(() => {
  vi.useRealTimers();
});

async function* endless() {
  for (;;) yield "row\n";
}

async function* short() {
  yield "row\n";
}

const asked = () => new Request("http://localhost/");
const begin = (make: () => AsyncGenerator<string>) =>
  listDownload(asked(), "sessions", "csv", async () => make());

it("makes a few files at a time: the next one waits for one to end, and is asked to come again", async () => {
  vi.useFakeTimers();
  const open = await Promise.all(Array.from({ length: 6 }, () => begin(endless)));
  const refused = begin(short);
  const isRefused = expect(refused).rejects.toMatchObject({ status: 503 });
  await vi.advanceTimersByTimeAsync(20_000);
  await isRefused;
  const next = begin(short);
  await open[0]?.body?.cancel();
  expect(await (await next).text()).toBe("row\n");
  for (const { body } of open.slice(1)) await body?.cancel();
});

it("breaks off a file that nobody reads any more, and leaves its place to others", async () => {
  vi.useFakeTimers();
  const open = await Promise.all(Array.from({ length: 6 }, () => begin(endless)));
  await vi.advanceTimersByTimeAsync(61_000);
  await expect(open[0]?.text()).rejects.toThrow("nobody reads");
  expect(await (await begin(short)).text()).toBe("row\n");
});

it("leaves no place taken by a file that could not be begun", async () => {
  const fails = async () => {
    throw new Error("no such column");
  };
  for (let n = 0; n < 10; n++)
    await expect(listDownload(asked(), "sessions", "csv", fails)).rejects.toThrow("no such column");
});

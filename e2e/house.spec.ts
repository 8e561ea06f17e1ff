import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { passableFolder } from "./folder";
import { freePort } from "./lab/ports";
import { databaseProcesses } from "./own-server";
import { expect, test } from "./test";

// Each test starts whole servers, two at times.
test.describe.configure({ timeout: 180_000 });

interface Started {
  process: ChildProcess;
  url: string;
  output: () => string;
}

const begun: ChildProcess[] = [];
const folders: string[] = [];

function dataFolder(): string {
  const folder = passableFolder("house");
  folders.push(folder);
  return folder;
}

function start(env: Record<string, string>): Started {
  const child = spawn(process.execPath, ["lib/server/up.mjs", "--prepared"], {
    env: { ...process.env, DATABASE_URL: "", HOPWATCH_LOG_LEVEL: "info", ...env },
  });
  begun.push(child);
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (part) => {
      text += part;
    });
  return { process: child, url: `http://127.0.0.1:${env.PORT}`, output: () => text };
}

async function statusOf(url: string, init?: RequestInit): Promise<number> {
  return fetch(url, init).then(
    (answer) => answer.status,
    () => 0,
  );
}

async function untilReady(started: Started): Promise<void> {
  await expect.poll(() => statusOf(`${started.url}/readyz`), { timeout: 40_000 }).toBe(200);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const gone = once(child, "exit");
  child.kill(signal);
  await gone;
  return child.exitCode;
}

function keyIn(output: string): string {
  return /Ingest key {2}(\S+)/.exec(output)?.[1] ?? "";
}

/** NaN while PostgreSQL has not written it yet. */
function serverPid(folder: string): number {
  const file = path.join(folder, "postgres", "postmaster.pid");
  return existsSync(file) ? Number.parseInt(readFileSync(file, "utf8"), 10) : Number.NaN;
}

/** Kills a server's database; answers the process that takes its place as soon as it is there. */
async function killedDatabase(folder: string): Promise<number> {
  const killed = serverPid(folder);
  process.kill(killed, "SIGKILL");
  await expect
    .poll(
      () => {
        const pid = serverPid(folder);
        return pid > 0 && pid !== killed;
      },
      { intervals: [10] },
    )
    .toBe(true);
  return serverPid(folder);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test.afterAll(async () => {
  for (const child of begun)
    if (child.exitCode === null && !child.signalCode) await end(child, "SIGTERM");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

test("a killed server starts again on what it left, with the same key, and a stop ends the database too", async () => {
  const HOPWATCH_DATA_DIR = dataFolder();
  const env = { PORT: String(await freePort()), HOPWATCH_DATA_DIR };
  const first = start(env);
  await untilReady(first);
  await expect.poll(() => keyIn(first.output())).not.toBe("");
  const database = serverPid(HOPWATCH_DATA_DIR);
  await end(first.process, "SIGKILL");

  const second = start(env);
  await untilReady(second);
  await expect.poll(() => keyIn(second.output())).toBe(keyIn(first.output()));
  expect(serverPid(HOPWATCH_DATA_DIR)).toBe(database);

  const last = await killedDatabase(HOPWATCH_DATA_DIR);
  await untilReady(second);

  const asked = Date.now();
  expect(await end(second.process, "SIGTERM")).toBe(0);
  expect(Date.now() - asked).toBeLessThan(10_000);
  // Its entry among the processes goes a moment after it has ended.
  await expect.poll(() => isRunning(last)).toBe(false);
});

test("a stop ends a database too that is just coming back", async () => {
  const HOPWATCH_DATA_DIR = dataFolder();
  const server = start({ PORT: String(await freePort()), HOPWATCH_DATA_DIR });
  await untilReady(server);
  const last = await killedDatabase(HOPWATCH_DATA_DIR);
  expect(await end(server.process, "SIGTERM")).toBe(0);
  await expect.poll(() => isRunning(last)).toBe(false);
});

/** How far a process or thread stands back behind the others; NaN of one that has just ended. */
function niceness(folder: string): number {
  if (!existsSync(folder)) return Number.NaN;
  const stat = readFileSync(path.join(folder, "stat"), "utf8");
  // After the name, which may hold anything, the nineteenth of all fields.
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[16]);
}

function mayBeTold(pid: number): boolean {
  try {
    os.setPriority(pid, os.getPriority(pid));
    return true;
  } catch {
    return false;
  }
}

test("reading lines stands back behind pages, and so does what it asks of the database", async () => {
  test.skip(!existsSync("/proc/thread-self"), "Only Linux gives a thread a priority of its own");
  const HOPWATCH_DATA_DIR = dataFolder();
  const server = start({ PORT: String(await freePort()), HOPWATCH_DATA_DIR });
  await untilReady(server);
  await expect.poll(() => keyIn(server.output())).not.toBe("");
  const sent = await fetch(`${server.url}/api/v1/events`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${keyIn(server.output())}`,
      "Content-Type": "application/json",
    },
    body: JSON.stringify({
      type: "session.created",
      time: new Date().toISOString(),
      sessionId: "one",
      pool: "shop",
    }),
  });
  expect(sent.status).toBe(200);

  const own = `/proc/${server.process.pid}`;
  expect(niceness(own)).toBe(0);
  const threads = readdirSync(path.join(own, "task"));
  const back = threads.filter((thread) => niceness(path.join(own, "task", thread)) > 0);
  expect(back).toHaveLength(1);
  const [first = Number.NaN, ...backends] = databaseProcesses(HOPWATCH_DATA_DIR);
  const behind = backends.filter((pid) => niceness(`/proc/${pid}`) > 0);
  expect(behind.length).toBeLessThan(backends.length);
  // Another user's processes are left alone where that is not permitted.
  expect(behind.length > 0).toBe(mayBeTold(first));
  expect(await end(server.process, "SIGTERM")).toBe(0);
});

test("a second start on the same port or the same data says what is wrong and leaves the first alone", async () => {
  const HOPWATCH_DATA_DIR = dataFolder();
  const PORT = String(await freePort());
  const first = start({ PORT, HOPWATCH_DATA_DIR });
  await untilReady(first);

  const samePort = start({ PORT, HOPWATCH_DATA_DIR: dataFolder() });
  expect((await once(samePort.process, "exit"))[0]).toBe(1);
  expect(samePort.output()).toContain(`127.0.0.1:${PORT} is in use`);

  const sameData = start({ PORT: String(await freePort()), HOPWATCH_DATA_DIR });
  expect((await once(sameData.process, "exit"))[0]).toBe(1);
  expect(sameData.output()).toContain("Another Hopwatch works on");
  expect(await statusOf(`${first.url}/readyz`)).toBe(200);
  await end(first.process, "SIGTERM");
});

test("a stop lets a running upload finish and ends streams", async () => {
  const started = start({ PORT: String(await freePort()), HOPWATCH_DATA_DIR: dataFolder() });
  await untilReady(started);
  await expect.poll(() => keyIn(started.output())).not.toBe("");
  const stream = await fetch(`${started.url}/api/v1/stream`);
  expect(stream.status).toBe(200);
  const line =
    '192.0.2.1 - - [21/Nov/2026:07:45:00 +0000] "GET /cart HTTP/1.1" 200 12 "-" "a browser"\n';
  let finish = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(line));
      finish = () => {
        controller.enqueue(new TextEncoder().encode(line.replace("cart", "pay")));
        controller.close();
      };
    },
  });
  const init: RequestInit & { duplex: "half" } = {
    method: "POST",
    headers: { authorization: `Bearer ${keyIn(started.output())}` },
    body,
    duplex: "half",
  };
  const upload = fetch(`${started.url}/api/v1/logs/house`, init);
  const gone = once(started.process, "exit");
  const figures = () => fetch(`${started.url}/metrics`).then((answer) => answer.text());
  await expect.poll(figures).toContain('hopwatch_http_requests_running{area="ingest"} 1');
  started.process.kill("SIGTERM");
  await expect.poll(() => started.output()).toContain("Stopping");
  finish();
  const answer = await upload;
  expect([answer.status, (await answer.json()).accepted]).toEqual([200, 2]);
  expect((await gone)[0]).toBe(0);
});

test("an open address asks for the password, and lets in who knows it", async ({ page }) => {
  const HOPWATCH_PASSWORD = "a password of the test";
  const started = start({
    PORT: String(await freePort()),
    HOST: "0.0.0.0",
    HOPWATCH_DATA_DIR: dataFolder(),
    HOPWATCH_PASSWORD,
  });
  await untilReady(started);
  expect(await statusOf(`${started.url}/metrics`)).toBe(401);
  // Also when a browser asks only for the part of a page that changes, past its layout.
  const ways: Record<string, string>[] = [
    {},
    { rsc: "1", "next-router-state-tree": "%5B%22%22%5D" },
  ];
  for (const headers of ways) {
    const answer = await fetch(`${started.url}/sessions`, { headers, redirect: "manual" });
    expect([answer.status, answer.headers.get("location")]).toEqual([
      303,
      "/login?next=%2Fsessions",
    ]);
  }
  await page.goto(`${started.url}/login?next=/metrics`);
  await page.getByLabel("Password").fill("not that one");
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "not the password" })).toBeVisible();
  await page.getByLabel("Password").fill(HOPWATCH_PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByText("process_cpu_user_seconds_total").first()).toBeVisible();
  await end(started.process, "SIGTERM");
});

test("a name that was made to point here sees nothing", async ({ baseURL, request }) => {
  const answer = await request.get(`${baseURL}/metrics`, { headers: { host: "rebound.example" } });
  expect(answer.status()).toBe(401);
});

test("pages run under their content policy without a violation", async ({ page }) => {
  const faults: string[] = [];
  page.on("console", (message) => {
    if (/Content Security Policy/i.test(message.text())) faults.push(message.text());
  });
  page.on("pageerror", (error) => faults.push(error.message));
  const answer = await page.goto("/");
  expect(answer?.status()).toBe(200);
  expect(answer?.headers()["content-security-policy"]).toContain("frame-ancestors 'none'");
  await page.goto("/no-such-page");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  expect(faults).toEqual([]);
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, it } from "vitest";
import { autoParser } from "@/lib/formats/registry";
import { connectGuide } from "@/lib/view/connect";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "guide-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** What an app gets as X-Request-ID and what HAProxy logs of that request; null where HAProxy is not installed. */
async function logged(guide: string): Promise<{ line: string; id: unknown } | null> {
  const front = path.join(folder, "front");
  const back = path.join(folder, "back");
  const file = path.join(folder, "haproxy.cfg");
  let id: unknown;
  const app = http.createServer((request, response) => {
    id = request.headers["x-request-id"];
    response.end("ok");
  });
  await once(app.listen(back), "listening");
  const defaults =
    "defaults\n    mode http\n    timeout connect 5s\n    timeout client 5s\n    timeout server 5s\n";
  await writeFile(
    file,
    guide
      .replace(/^ +log 127.*$/m, "    log stdout format raw local0")
      .replace(
        "frontend shop",
        `${defaults}frontend shop\n    bind unix@${front}\n    default_backend web`,
      )
      .replace("10.0.1.11:8080 check", `unix@${back}`),
  );
  const haproxy = spawn("haproxy", ["-db", "-f", file], { stdio: ["ignore", "pipe", "ignore"] });
  try {
    const line = new Promise<string | null>((resolve) => {
      createInterface({ input: haproxy.stdout }).once("line", resolve);
      haproxy.once("error", () => resolve(null)).once("exit", () => resolve(null));
    });
    let over = false;
    void line.then(() => {
      over = true;
    });
    // It listens a moment after it was started; where it never does, the line tells.
    while (!over && !(await asked(front)));
    const found = await line;
    return found === null ? null : { line: found, id };
  } finally {
    haproxy.kill("SIGKILL");
    app.close();
  }
}

function asked(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    http
      .get({ socketPath, path: "/cart", headers: { Cookie: "sidebar=open; sid=4f8a21c09d" } })
      .on("response", (response) => response.resume().on("end", () => resolve(true)))
      .on("error", () => resolve(false));
  });
}

it("a HAProxy that is set up as the page says logs the session, and the request ID that the app gets", async () => {
  const guide = connectGuide("HAProxy", { origin: "http://127.0.0.1:3000", syslogPort: 5514 });
  const found = await logged(guide.code);
  if (found === null) return;
  expect(autoParser({ receivedAt: Date.UTC(2026, 10, 21) })(found.line)).toMatchObject({
    kind: "request",
    cookies: { sid: "4f8a21c09d" },
    correlationIds: [found.id],
  });
}, 60_000);

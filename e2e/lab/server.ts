import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "./patience";
import { freePort } from "./ports";

/** A Hopwatch server of the lab's own, on a fresh database, as `npm run up` starts it. */
export async function startHopwatch(): Promise<{
  url: string;
  key: string;
  stop: () => Promise<void>;
}> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const key = `lab-${randomBytes(16).toString("hex")}`;
  const dir = mkdtempSync(join(tmpdir(), "hopwatch-lab-server-"));
  let said = "";
  const child = spawn(process.execPath, ["lib/server/up.mjs"], {
    env: {
      ...process.env,
      PORT: String(port),
      HOST: "127.0.0.1",
      HOPWATCH_DATA_DIR: dir,
      HOPWATCH_INGEST_KEY: key,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data) => {
      said += String(data);
    });
  const stop = async () => {
    if (child.exitCode === null) {
      const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
      child.kill("SIGTERM");
      await ended;
    }
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    await until(
      "Hopwatch is ready",
      async () => {
        if (child.exitCode !== null) throw new Error(`Hopwatch ended:\n${said}`);
        try {
          return (await fetch(`${url}/readyz`)).ok;
        } catch {
          return false;
        }
      },
      300_000,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, key, stop };
}

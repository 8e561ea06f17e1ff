import { ConfigError, readConfig } from "./config";
import { DataFolderError } from "./data-folder";
import { DataFolderInUseError } from "./database-server";
import { ListenError } from "./front";
import { createLog } from "./log";
import { type RunningServer, SecretError, startServer } from "./start";

function isForOperator(error: unknown): error is Error {
  return [ConfigError, ListenError, DataFolderError, DataFolderInUseError, SecretError].some(
    (kind) => error instanceof kind,
  );
}

function welcome(running: RunningServer, seconds: number): string {
  const lines = [
    "",
    `  Hopwatch  ${running.url}   (ready after ${seconds.toFixed(1)} s)`,
    "",
    `  Ingest key  ${running.ingestKey}`,
  ];
  if (running.newPassword !== null)
    lines.push(
      `  Password    ${running.newPassword}   (made now, shown once; set HOPWATCH_PASSWORD for another)`,
    );
  lines.push(
    "",
    "  Send a first log:",
    `    curl -H 'Authorization: Bearer ${running.ingestKey}' \\`,
    `      --data-binary @/var/log/haproxy.log ${running.url}/api/v1/logs/auto`,
    "",
  );
  return lines.join("\n");
}

/**
 * The whole server, from the environment to its end. Answers when it is up; SIGTERM and SIGINT end it, a second one at
 * once.
 */
export async function main(options: { dev: boolean; begunAt: number }): Promise<void> {
  let running: RunningServer | undefined;
  let stopAsked = false;
  const stop = async (signal: NodeJS.Signals) => {
    if (stopAsked) process.exit(1);
    stopAsked = true;
    if (!running) return;
    console.log(`Stopping (${signal})`);
    // Whatever hangs, the process is gone before the ten seconds are over.
    setTimeout(() => process.exit(1), 9700).unref();
    await running.stop();
    process.exit();
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  try {
    const config = readConfig(process.env);
    const log = createLog(config.logLevel, process.stdout.isTTY);
    // A promise that nobody awaited is a fault to mend, not a reason to stop taking logs in.
    process.on("unhandledRejection", (error) =>
      log.error({ err: error }, "a promise failed unseen"),
    );
    process.on("uncaughtException", (error) => {
      log.fatal({ err: error }, "stopping after a fault");
      process.exitCode = 1;
      stop("SIGTERM");
    });
    running = await startServer(config, options.dev, log);
    if (stopAsked) {
      await running.stop();
      process.exit();
    }
    console.log(welcome(running, (performance.now() - options.begunAt) / 1000));
  } catch (error) {
    console.error(isForOperator(error) ? `\n${error.message}\n` : error);
    process.exit(1);
  }
}

import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stateName } from "./checkpoint";

/**
 * Holds a log and its checkpoint for this process; null where another process
 * of this machine holds it. The kernel lets go of it when the process ends, however it ends.
 */
export async function holdAlone(
  stateDir: string,
  source: string,
  path: string,
): Promise<Server | null> {
  const name = `hopwatch-${stateName(source, `${stateDir}\0${path}`)}`;
  const server = createServer();
  // Linux has names for sockets that are no files, and so are never left behind.
  if (process.platform === "linux") server.listen(`\0${name}`);
  else if (process.platform === "win32") server.listen(`\\\\.\\pipe\\${name}`);
  else server.listen({ path: join(tmpdir(), `${name}.sock`), exclusive: true });
  try {
    await once(server, "listening");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") return null;
    throw error;
  }
  server.unref();
  return server;
}

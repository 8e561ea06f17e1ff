import { randomBytes } from "node:crypto";
import { link, mkdir, open, readFile, rm } from "node:fs/promises";
import path from "node:path";

/** The data folder cannot be used; the message says which and why. */
export class DataFolderError extends Error {
  override name = "DataFolderError";
}

/** Makes the data folder. As root it stays enterable, for the database's own user; what is secret in it is not readable. */
export async function openDataFolder(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
    const probe = path.join(directory, `.probe-${process.pid}`);
    await (await open(probe, "w")).close();
    await rm(probe);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataFolderError(
      `The data folder ${directory} cannot be written (${reason}); set HOPWATCH_DATA_DIR to another one`,
    );
  }
}

/** The text of a file that only we may read; made by `make` the first time. */
export async function keptText(
  directory: string,
  name: string,
  make: () => string,
): Promise<string> {
  const file = path.join(directory, name);
  const read = async () => (await readFile(file, "utf8")).trim();
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  // Written whole beside its place and put there at once; a second start that was first keeps its own.
  const fresh = path.join(directory, `.${name}-${randomBytes(6).toString("hex")}`);
  const handle = await open(fresh, "w", 0o600);
  try {
    await handle.writeFile(`${make()}\n`);
    await handle.sync();
    await link(fresh, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  } finally {
    await handle.close();
    await rm(fresh, { force: true });
  }
  return read();
}

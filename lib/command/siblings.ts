import { createReadStream, createWriteStream, type Stats } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { headBytes, readAt } from "./slice";

/** A file beside a log that is, by its name, the log of an earlier time. */
export interface Sibling {
  path: string;
  device: number;
  inode: number;
  size: number;
  changedMs: number;
  packed: boolean;
  /** Its first bytes, unpacked. */
  start: Buffer;
}

/** Null where nothing is at the path. */
export async function statOf(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

/** The rotated files of a log (`access.log.1`, `access.log-20261121.gz`), oldest first. */
export async function siblingsOf(path: string, others: ReadonlySet<string>): Promise<Sibling[]> {
  const folder = dirname(path);
  const name = basename(path);
  for (let look = 1; ; look++) {
    const found: Sibling[] = [];
    let moved = false;
    for (const entry of await readdir(folder)) {
      if (entry === name || !entry.startsWith(name) || others.has(join(folder, entry))) continue;
      const sibling = await siblingAt(join(folder, entry));
      if (sibling === "gone") moved = true;
      else if (sibling) found.push(sibling);
    }
    // Renamed or packed while they were listed: some may have been overlooked.
    if (!moved || look === 10) return found.sort((a, b) => a.changedMs - b.changedMs);
  }
}

async function siblingAt(path: string): Promise<Sibling | "gone" | null> {
  const packed = path.endsWith(".gz");
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error) {
      if (error.code === "ENOENT") return "gone";
      if (error.code === "EACCES") return null;
    }
    throw error;
  }
  try {
    const stats = await file.stat();
    if (!stats.isFile()) return null;
    const start = packed ? await unpackedStart(file) : await readAt(file, 0, headBytes);
    return {
      path,
      device: stats.dev,
      inode: stats.ino,
      size: stats.size,
      changedMs: stats.mtimeMs,
      packed,
      start,
    };
  } finally {
    await file.close();
  }
}

async function unpackedStart(file: FileHandle): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  const source = file.createReadStream({ start: 0, end: 64 * 1024, autoClose: false });
  const plain = createGunzip();
  source.on("error", (error) => plain.destroy(error));
  source.pipe(plain);
  try {
    for await (const part of plain) {
      parts.push(Buffer.from(part));
      size += part.length;
      if (size >= headBytes) break;
    }
  } catch {
    // Half written or no gzip at all: it is no generation that could be read.
    return Buffer.alloc(0);
  } finally {
    source.destroy();
  }
  return Buffer.concat(parts).subarray(0, headBytes);
}

/**
 * Unpacks a rotated file beside the checkpoint, so that it can be read from any place.
 * @throws when it is still being written, or no gzip.
 */
export async function unpack(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await pipeline(
    createReadStream(from),
    createGunzip(),
    createWriteStream(`${to}.new`, { mode: 0o600 }),
  );
  await rename(`${to}.new`, to);
}

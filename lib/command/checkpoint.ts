import { hash } from "node:crypto";
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";

/** The first bytes of a file by their hash: what tells one generation of a log from the next. */
export const headSchema = z.object({ length: z.number().int().min(0), hash: z.string() });
export type Head = z.infer<typeof headSchema>;

export const generationSchema = z.object({
  id: z.number().int(),
  device: z.number(),
  inode: z.number(),
  /** Bytes that are on the server's disk. */
  offset: z.number().int().min(0),
  head: headSchema,
  /** `live`: it stands at the path. `rotated`: moved or copied away, its end is still to be sent. */
  state: z.enum(["live", "rotated", "done"]),
});
export type Generation = z.infer<typeof generationSchema>;

export const pendingSchema = z.object({
  generation: z.number().int(),
  from: z.number().int(),
  to: z.number().int(),
  repeats: z.array(z.tuple([z.number().int(), z.number().int()])),
});
export type Pending = z.infer<typeof pendingSchema>;

export const checkpointSchema = z.object({
  version: z.literal(1),
  source: z.string(),
  path: z.string(),
  nextId: z.number().int(),
  generations: z.array(generationSchema),
  /** The delivery that may be under way: after a crash exactly this one is sent again. */
  pending: pendingSchema.nullable(),
});
export type Checkpoint = z.infer<typeof checkpointSchema>;

/** The name, without folder and ending, under which a file's state is kept. */
export function stateName(source: string, path: string): string {
  return hash("sha256", `${source}\0${path}`, "hex").slice(0, 24);
}

/** @throws when the file is there but cannot be read or understood: starting anew would send lines twice. */
export async function readCheckpoint(file: string): Promise<Checkpoint | null> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
  return checkpointSchema.parse(JSON.parse(text));
}

/** Writes it whole or not at all, and onto the disk before it returns. */
export async function writeCheckpoint(file: string, checkpoint: Checkpoint): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = join(`${file}.new`);
  const handle = await open(fresh, "w", 0o600);
  try {
    await handle.writeFile(JSON.stringify(checkpoint));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(fresh, file);
}

import { type FileHandle, open, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type Checkpoint,
  type Generation,
  type Head,
  readCheckpoint,
  stateName,
  writeCheckpoint,
} from "./checkpoint";
import { type Sibling, siblingsOf, statOf, unpack } from "./siblings";
import { hasHead, headBytes, headOf, readAt } from "./slice";

export interface GenerationsOptions {
  /** The log's path, absolute. */
  path: string;
  source: string;
  /** The folder of checkpoints. */
  stateDir: string;
  /** Other files that are followed, which are nobody's earlier generations. */
  others: ReadonlySet<string>;
  say: (message: string) => void;
  now: () => number;
  /** When the command was called, epoch ms. */
  calledAt: number;
  /** How long a file that was rotated away is still watched for late lines, and a lost one looked for. */
  graceMs: number;
}

export interface Opened {
  file: FileHandle;
  /** When it was last seen to grow. */
  grewAt: number;
}

const nothingRead: Head = { length: 0, hash: "" };
const doneKept = 20;

/**
 * The generations of one log: what stood at its path between two rotations.
 * Each is known by device and inode and by the hash of its first bytes, so that it is
 * found again under another name, in a copy, or compressed; and what was sent
 * of each, in a checkpoint on disk.
 */
export class Generations {
  readonly path: string;
  private readonly stateFile: string;
  readonly checkpoint: Checkpoint;
  private readonly opened = new Map<number, Opened>();
  /** Generations that were looked for in vain. */
  private readonly missed = new Map<number, { looks: number; since: number }>();
  private folderChangedMs = -1;

  private constructor(
    private readonly options: GenerationsOptions,
    known: Checkpoint | null,
  ) {
    const { path, source, stateDir } = options;
    this.path = path;
    this.stateFile = join(stateDir, `${stateName(source, path)}.json`);
    this.checkpoint = known ?? {
      version: 1,
      source,
      path,
      nextId: 1,
      generations: [],
      pending: null,
    };
  }

  /** Those of the checkpoint, found again. Without one: the path's file; older files beside it are left alone. */
  static async open(options: GenerationsOptions): Promise<Generations> {
    const name = `${stateName(options.source, options.path)}.json`;
    const known = await readCheckpoint(join(options.stateDir, name));
    const generations = new Generations(options, known);
    if (known) await generations.find();
    else await generations.begin();
    return generations;
  }

  private async begin(): Promise<void> {
    // What was written to since the command was called was the log itself a moment ago.
    for (const sibling of await siblingsOf(this.path, this.options.others))
      if (sibling.changedMs < this.options.calledAt)
        this.enter(sibling, "done", headOf(sibling.start));
    await this.lookAtPath();
    await this.save();
  }

  /** Finds the generations of the checkpoint again, and those that came while nobody looked. */
  private async find(): Promise<void> {
    const live = this.live;
    if (live) {
      const there = await openIfThere(this.path);
      if (there && (await isSame(there, live))) this.hold(live, there);
      else {
        await there?.close();
        live.state = "rotated";
      }
    }
    const siblings = await siblingsOf(this.path, this.options.others);
    for (const generation of this.unfinished)
      if (!this.opened.has(generation.id)) await this.findAmong(siblings, generation);
    await this.enterUnknown(siblings);
    await this.lookAtPath();
    await this.save();
  }

  private get live(): Generation | undefined {
    return this.checkpoint.generations.find(({ state }) => state === "live");
  }

  get unfinished(): Generation[] {
    return this.checkpoint.generations.filter(({ state }) => state !== "done");
  }

  private hold(generation: Generation, file: FileHandle): void {
    this.opened.set(generation.id, { file, grewAt: this.options.now() });
  }

  private enter(
    file: { device: number; inode: number },
    state: Generation["state"],
    head: Head,
  ): Generation {
    const { device, inode } = file;
    const generation = { id: this.checkpoint.nextId, device, inode, offset: 0, head, state };
    this.checkpoint.nextId += 1;
    this.checkpoint.generations.push(generation);
    return generation;
  }

  /** Looks for a generation that no longer stands at the path: by inode, else by its first bytes. */
  private async findAmong(
    siblings: readonly Sibling[],
    generation: Generation,
    ending = false,
  ): Promise<void> {
    if (await this.holdUnpacked(generation)) return;
    const { head, device, inode, offset, id } = generation;
    const fits = siblings.filter(
      (sibling) => hasHead(sibling.start, head) && (sibling.packed || sibling.size >= offset),
    );
    const moved = fits.find((sibling) => sibling.inode === inode && sibling.device === device);
    const found = moved ?? (head.length > 0 ? fits.at(-1) : undefined);
    if (!found) {
      generation.state = "rotated";
      // Files are renamed while they are listed: once is not enough to call one gone.
      const missed = this.missed.get(id) ?? { looks: 0, since: this.options.now() };
      this.missed.set(id, { ...missed, looks: missed.looks + 1 });
      const waited = this.options.now() - missed.since;
      if (missed.looks < (ending ? 5 : 20) || (!ending && waited < this.options.graceMs)) return;
      this.missed.delete(id);
      generation.state = "done";
      if (this.checkpoint.pending?.generation === generation.id) this.checkpoint.pending = null;
      this.options.say(
        `${this.path}: a rotated file is gone that was sent up to byte ${offset}; what it held beyond is not sent`,
      );
      return;
    }
    this.missed.delete(id);
    await this.take(generation, found);
  }

  private async take(generation: Generation, sibling: Sibling): Promise<void> {
    generation.device = sibling.device;
    generation.inode = sibling.inode;
    generation.state = "rotated";
    if (!sibling.packed) {
      const file = await openIfThere(sibling.path);
      // Renamed once more since it was listed: the next look finds it.
      if (file) this.hold(generation, file);
      return;
    }
    try {
      await unpack(sibling.path, this.spoolOf(generation));
    } catch (error) {
      this.options.say(`${sibling.path} cannot be unpacked yet: ${String(error)}`);
      return;
    }
    await this.holdUnpacked(generation);
  }

  /** Opens what was unpacked of a generation; away with it where the name meant another file by then. */
  private async holdUnpacked(generation: Generation): Promise<boolean> {
    const spool = this.spoolOf(generation);
    const file = await openIfThere(spool);
    if (!file) return false;
    if (await holds(file, generation)) {
      this.hold(generation, file);
      return true;
    }
    await file.close();
    await rm(spool, { force: true });
    return false;
  }

  private spoolOf(generation: Generation): string {
    return `${this.stateFile.slice(0, -".json".length)}-${generation.id}.unpacked`;
  }

  /** What is known of a file's beginning grows with it, whether or not it was sent. */
  private async learnHeads(): Promise<void> {
    for (const generation of this.unfinished) {
      const opened = this.opened.get(generation.id);
      if (!opened || generation.head.length >= headBytes) continue;
      const start = await readAt(opened.file, 0, headBytes);
      if (start.length > generation.head.length && hasHead(start, generation.head))
        generation.head = headOf(start);
    }
  }

  /** Files beside the log that hold lines which were never seen. */
  private async enterUnknown(siblings: readonly Sibling[]): Promise<void> {
    await this.learnHeads();
    const current = await openIfThere(this.path);
    const start = current ? await readAt(current, 0, headBytes) : Buffer.alloc(0);
    await current?.close();
    for (const sibling of siblings) {
      if (sibling.start.length === 0 || this.isKnown(sibling)) continue;
      // A copy that is just being made of the log as it stands.
      const shared = Math.min(start.length, sibling.start.length);
      if (shared > 0 && start.subarray(0, shared).equals(sibling.start.subarray(0, shared)))
        continue;
      await this.take(this.enter(sibling, "rotated", headOf(sibling.start)), sibling);
    }
    this.forgetDone(siblings);
  }

  private isKnown(sibling: Sibling): boolean {
    // An inode alone tells only while the file is held: afterwards it is given to the next.
    return this.checkpoint.generations.some(({ id, device, inode, head }) =>
      head.length > 0
        ? hasHead(sibling.start, head)
        : this.opened.has(id) && device === sibling.device && inode === sibling.inode,
    );
  }

  /** Done generations are remembered as long as their files are there, and some longer. */
  private forgetDone(siblings: readonly Sibling[]): void {
    const done = this.checkpoint.generations.filter(({ state }) => state === "done");
    const forgotten = new Set(
      done
        .slice(0, -doneKept)
        .filter(
          ({ head, inode }) =>
            !siblings.some((sibling) => sibling.inode === inode || hasHead(sibling.start, head)),
        ),
    );
    this.checkpoint.generations = this.checkpoint.generations.filter(
      (generation) => !forgotten.has(generation),
    );
  }

  /** Sees whether the path was rotated since the last look, and what stands there now. */
  async lookAtPath(): Promise<void> {
    const live = this.live;
    const stats = await statOf(this.path);
    if (!stats) {
      if (live && this.opened.has(live.id)) {
        live.state = "rotated";
        await this.save();
      }
      return;
    }
    const moved = live && (stats.dev !== live.device || stats.ino !== live.inode);
    const opened = live && this.opened.get(live.id);
    const emptied = live && !moved && opened && !(await isSame(opened.file, live));
    if (live && !moved && !emptied) {
      await this.learnHeads();
      if (stats.size === 0 && live.head.length === 0) await this.lookAroundIfChanged();
      return;
    }
    if (moved && live) live.state = "rotated";
    if (emptied && live) {
      // Copied and emptied: what was not read yet is in the copy.
      await this.close(live);
      live.state = "rotated";
      await this.findAmong(await siblingsOf(this.path, this.options.others), live);
    }
    const file = await openIfThere(this.path);
    if (file) {
      const { dev, ino } = await file.stat();
      this.hold(this.enter({ device: dev, inode: ino }, "live", nothingRead), file);
    }
    await this.enterUnknown(await siblingsOf(this.path, this.options.others));
    await this.save();
  }

  /** A log that is empty may have been filled, copied and emptied between two looks. */
  private async lookAroundIfChanged(): Promise<void> {
    const folder = await statOf(dirname(this.path));
    if (!folder || folder.mtimeMs === this.folderChangedMs) return;
    this.folderChangedMs = folder.mtimeMs;
    await this.enterUnknown(await siblingsOf(this.path, this.options.others));
  }

  /** A generation's file, where it was found. */
  openedOf(generation: Generation): Opened | undefined {
    return this.opened.get(generation.id);
  }

  /** Looks again for those whose files were not found yet. */
  async findMissing(ending: boolean): Promise<void> {
    for (const generation of this.unfinished)
      if (!this.opened.has(generation.id))
        await this.findAmong(await siblingsOf(this.path, this.options.others), generation, ending);
  }

  async finish(generation: Generation): Promise<void> {
    generation.state = "done";
    await this.close(generation);
    await this.save();
    await rm(this.spoolOf(generation), { force: true });
  }

  async close(generation: Generation): Promise<void> {
    await this.opened.get(generation.id)?.file.close();
    this.opened.delete(generation.id);
  }

  async save(): Promise<void> {
    await writeCheckpoint(this.stateFile, this.checkpoint);
  }

  async end(): Promise<void> {
    for (const generation of this.checkpoint.generations) await this.close(generation);
  }
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

/** Whether this is the file of the generation, and nothing that was sent is gone from it. */
async function isSame(file: FileHandle, generation: Generation): Promise<boolean> {
  const { dev, ino } = await file.stat();
  return dev === generation.device && ino === generation.inode && (await holds(file, generation));
}

/** Whether all that was sent of the generation is still in the file. */
export async function holds(file: FileHandle, generation: Generation): Promise<boolean> {
  const { size } = await file.stat();
  if (size < generation.offset) return false;
  return hasHead(await readAt(file, 0, generation.head.length), generation.head);
}

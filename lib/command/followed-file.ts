import { resolve } from "node:path";
import type { Repeats } from "@/lib/ingest/repeats";
import type { Generation } from "./checkpoint";
import { Generations, type GenerationsOptions, holds, type Opened } from "./generations";
import { Refused } from "./house";
import { RecentLines, recentBytes } from "./recent-lines";
import {
  hasHead,
  headBytes,
  headOf,
  readAt,
  type Slice,
  sliceBytes,
  sliceFrom,
  sliceOf,
} from "./slice";

export interface FollowOptions extends GenerationsOptions {
  /** Brings lines to the server's disk before it resolves. */
  send: (body: Buffer, repeats: Repeats) => Promise<void>;
  /** Bytes of one delivery; at most `sliceBytes`. */
  batchBytes: number;
  /** What came just before; its own when absent. */
  recent?: RecentLines;
}

/**
 * One log that is followed through rotation by rename and by copy-and-truncate,
 * and through crashes of the command itself: every line is sent, and none twice.
 *
 * Before a delivery its range is written to the checkpoint; after a crash the
 * same range is sent again, which the server then knows by its lines.
 */
export class FollowedFile {
  private readonly recent: RecentLines;
  /** Generations whose lines before this process are in `recent`. */
  private readonly remembered = new Set<number>();
  private batchBytes: number;

  private constructor(
    private readonly options: FollowOptions,
    private readonly generations: Generations,
  ) {
    this.recent = options.recent ?? new RecentLines();
    this.batchBytes = Math.min(options.batchBytes, sliceBytes);
  }

  /** Goes on where the checkpoint says. Without one it begins at the path's first line. */
  static async open(options: FollowOptions): Promise<FollowedFile> {
    const path = resolve(options.path);
    return new FollowedFile(options, await Generations.open({ ...options, path }));
  }

  /**
   * Sends the next delivery, if there is one.
   * @param ending nothing is waited for: a last line without its end is sent too.
   * @returns whether there may be more at once.
   */
  async step(ending = false): Promise<boolean> {
    const { generations } = this;
    await generations.lookAtPath();
    await generations.findMissing(ending);
    const { pending } = generations.checkpoint;
    if (pending) {
      const generation = this.generations.unfinished.find(({ id }) => id === pending.generation);
      const opened = generation && this.generations.openedOf(generation);
      if (!generation || !opened) return ending && generation !== undefined;
      await this.remember(generation, opened);
      const slice = await sliceOf(opened.file, pending.from, pending.to);
      if (!(await this.isOf(generation, opened, slice))) return await this.lose(generation);
      await this.deliver(generation, slice, new Map(pending.repeats));
      return true;
    }
    for (const generation of this.generations.unfinished) {
      const opened = this.generations.openedOf(generation);
      if (opened && (await this.sendNext(generation, opened, ending))) return true;
    }
    return ending && this.generations.unfinished.some((one) => !this.generations.openedOf(one));
  }

  /** Whether what was just read is of the generation. Asked after reading: the other way round it might be emptied in between. */
  private async isOf(generation: Generation, { file }: Opened, slice: Slice): Promise<boolean> {
    const start = await readAt(file, 0, Math.min(headBytes, slice.to));
    const { size } = await file.stat();
    if (size < slice.to || !hasHead(start, generation.head)) return false;
    const begun = slice.from === 0 ? Math.min(start.length, slice.body.length) : 0;
    return start.subarray(0, begun).equals(slice.body.subarray(0, begun));
  }

  /** The file holds something else by now: the next look at the path sees it, and what was rotated away is searched anew. */
  private async lose(generation: Generation): Promise<boolean> {
    if (generation.state === "rotated") await this.generations.close(generation);
    return true;
  }

  private async sendNext(
    generation: Generation,
    opened: Opened,
    ending: boolean,
  ): Promise<boolean> {
    const over =
      generation.state === "rotated" &&
      (ending || this.options.now() - opened.grewAt >= this.options.graceMs);
    const final = over || ending;
    const slice = await sliceFrom(opened.file, generation.offset, this.batchBytes, final);
    if (!slice) {
      // It may have been emptied and then moved: then its end is in a copy.
      if (!(await holds(opened.file, generation))) return await this.lose(generation);
      if (over) await this.generations.finish(generation);
      return false;
    }
    const start = await readAt(opened.file, 0, Math.min(headBytes, slice.to));
    if (!(await this.isOf(generation, opened, slice)) || !hasHead(start, generation.head))
      return await this.lose(generation);
    opened.grewAt = this.options.now();
    await this.remember(generation, opened);
    if (start.length > generation.head.length) generation.head = headOf(start);
    const repeats = await this.recent.repeatsIn(slice.body);
    const { from, to } = slice;
    this.generations.checkpoint.pending = {
      generation: generation.id,
      from,
      to,
      repeats: [...repeats],
    };
    await this.generations.save();
    await this.deliver(generation, slice, repeats);
    return true;
  }

  private async deliver(generation: Generation, slice: Slice, repeats: Repeats): Promise<void> {
    try {
      await this.options.send(slice.body, repeats);
    } catch (error) {
      // Too large for this server: the next is cut smaller.
      if (!(error instanceof Refused) || error.status !== 413 || this.batchBytes < 4096)
        throw error;
      this.batchBytes = Math.floor(this.batchBytes / 2);
      this.generations.checkpoint.pending = null;
      return;
    }
    await this.recent.add(slice.body);
    generation.offset = slice.to;
    this.generations.checkpoint.pending = null;
    await this.generations.save();
  }

  /** After a start: the lines that were sent last are read again. */
  private async remember(generation: Generation, { file }: Opened): Promise<void> {
    if (this.remembered.has(generation.id)) return;
    this.remembered.add(generation.id);
    if (generation.offset === 0) return;
    const from = Math.max(0, generation.offset - recentBytes);
    const before = await readAt(file, from, generation.offset - from);
    const begin = from === 0 ? 0 : before.indexOf(10) + 1;
    await this.recent.add(before.subarray(begin));
  }

  async end(): Promise<void> {
    await this.generations.end();
  }
}

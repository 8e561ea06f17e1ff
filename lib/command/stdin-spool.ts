import { type FileHandle, mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { stateName } from "./checkpoint";
import type { Clock } from "./clock";
import { FollowedFile, type FollowOptions } from "./followed-file";
import { RecentLines } from "./recent-lines";

const segmentBytes = 16 * 1024 * 1024;
const newline = 10;

export interface SpoolOptions extends Omit<FollowOptions, "path" | "others" | "recent"> {
  /** Bytes that may wait on disk; beyond them the input is not read on, and whoever writes it waits. */
  mostBytes: number;
  clock: Clock;
  until: AbortSignal;
}

/**
 * Standard input on its way: written to disk as it comes, in segments, and sent
 * from there, so that neither a server that is away nor a crash loses what was
 * read. Segments that a process before left behind are sent first.
 */
export class StdinSpool {
  private readonly folder: string;
  private readonly recent = new RecentLines();
  private current: FollowedFile | null = null;
  private currentNumber = 0;
  private writing: { number: number; file: FileHandle; bytes: number } | null = null;
  private waiting = 0;
  private ended = false;

  constructor(private readonly options: SpoolOptions) {
    this.folder = join(options.stateDir, `${stateName(options.source, "-")}.stdin`);
  }

  /** Reads the input to its end, or until told to end. */
  async fill(input: AsyncIterable<Uint8Array>): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    for (const number of await this.numbers())
      this.waiting += (await stat(this.pathOf(number))).size;
    let next = ((await this.numbers()).at(-1) ?? 0) + 1;
    try {
      for await (const chunk of input) {
        while (this.waiting > this.options.mostBytes && !this.options.until.aborted)
          await this.options.clock.sleep(200, this.options.until);
        this.writing ??= { number: next++, file: await this.create(next - 1), bytes: 0 };
        // A segment ends with a line.
        const cut =
          this.writing.bytes + chunk.byteLength > segmentBytes ? chunk.lastIndexOf(newline) + 1 : 0;
        const first = cut > 0 ? chunk.subarray(0, cut) : chunk;
        await this.append(first);
        if (cut === 0) continue;
        await this.writing.file.close();
        this.writing = null;
        if (cut === chunk.byteLength) continue;
        this.writing = { number: next++, file: await this.create(next - 1), bytes: 0 };
        await this.append(chunk.subarray(cut));
      }
    } finally {
      await this.writing?.file.close();
      this.writing = null;
      this.ended = true;
    }
  }

  private async append(bytes: Uint8Array): Promise<void> {
    if (!this.writing) return;
    await this.writing.file.writeFile(bytes);
    this.writing.bytes += bytes.byteLength;
    this.waiting += bytes.byteLength;
  }

  private create(number: number): Promise<FileHandle> {
    return open(this.pathOf(number), "ax", 0o600);
  }

  private pathOf(number: number): string {
    return join(this.folder, `${String(number).padStart(9, "0")}.log`);
  }

  private async numbers(): Promise<number[]> {
    const names = await readdir(this.folder);
    return names
      .map((name) => /^(\d{9})\.log$/.exec(name)?.[1])
      .filter((digits) => digits !== undefined)
      .map(Number)
      .sort((a, b) => a - b);
  }

  /** Whether the input is at its end and all of it is sent. */
  async isDone(): Promise<boolean> {
    return this.ended && this.current === null && (await this.numbers()).length === 0;
  }

  /** Sends the next delivery. @returns whether there may be more at once. */
  async step(): Promise<boolean> {
    if (!this.current) {
      const number = (await this.numbers())[0];
      if (number === undefined) return false;
      this.currentNumber = number;
      const { options, recent } = this;
      this.current = await FollowedFile.open({
        ...options,
        path: this.pathOf(number),
        others: new Set(),
        recent,
      });
    }
    const closed = this.ended || this.writing?.number !== this.currentNumber;
    if (await this.current.step(closed)) return true;
    if (!closed) return false;
    const path = this.pathOf(this.currentNumber);
    const { size } = await stat(path);
    await this.current.end();
    this.current = null;
    // The lines first: a checkpoint without its file is harmless, a file without its checkpoint is sent again and counts as sent.
    await rm(path, { force: true });
    const { source, stateDir } = this.options;
    await rm(join(stateDir, `${stateName(source, path)}.json`), { force: true });
    this.waiting -= size;
    return true;
  }

  async end(): Promise<void> {
    await this.current?.end();
  }
}

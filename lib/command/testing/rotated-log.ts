import {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { gzipSync } from "node:zlib";

export type Rotation = "rename" | "copytruncate";

/** A log as a balancer writes it, rotated as logrotate does. */
export class RotatedLog {
  private file: number;
  private rotations = 0;

  constructor(readonly path: string) {
    this.file = openSync(path, "a");
  }

  write(text: string): void {
    writeSync(this.file, text);
  }

  rotate(how: Rotation): void {
    for (let n = this.rotations; n >= 1; n--)
      for (const ending of ["", ".gz"])
        if (existsSync(`${this.path}.${n}${ending}`))
          renameSync(`${this.path}.${n}${ending}`, `${this.path}.${n + 1}${ending}`);
    this.rotations += 1;
    if (how === "rename") renameSync(this.path, `${this.path}.1`);
    else {
      copyFileSync(this.path, `${this.path}.1`);
      truncateSync(this.path, 0);
    }
  }

  /** After a rename the balancer writes on into the moved file until it is told. */
  reopen(): void {
    closeSync(this.file);
    this.file = openSync(this.path, "a");
  }

  /** What logrotate's delayed compression does. */
  compress(n: number): void {
    const path = `${this.path}.${n}`;
    if (!existsSync(path)) return;
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)));
    rmSync(path);
  }

  close(): void {
    closeSync(this.file);
  }
}

export function appendLines(path: string, lines: readonly string[]): void {
  appendFileSync(path, lines.map((line) => `${line}\n`).join(""));
}

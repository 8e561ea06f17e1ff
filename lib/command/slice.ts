import { hash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { longestLine } from "@/lib/ingest/lines";
import type { Head } from "./checkpoint";

/** The most that one delivery carries, and that is held of a file at a time. */
export const sliceBytes = 1024 * 1024;
/** Bytes at a file's beginning that tell it from others. */
export const headBytes = 1024;
const newline = 10;
const scanBytes = 256 * 1024;

/** What of a file goes into one delivery. */
export interface Slice {
  from: number;
  /** The first byte after it: behind a line's end. */
  to: number;
  body: Buffer;
}

/** Up to `length` bytes; fewer at the file's end. */
export async function readAt(file: FileHandle, from: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

export function headOf(bytes: Buffer): Head {
  const head = bytes.subarray(0, headBytes);
  return { length: head.length, hash: hash("sha256", head, "hex") };
}

/** Whether a file that begins with these bytes may be the one that the head was taken of. */
export function hasHead(bytes: Buffer, head: Head): boolean {
  if (head.length === 0) return true;
  return bytes.length >= head.length && headOf(bytes.subarray(0, head.length)).hash === head.hash;
}

/**
 * The next whole lines from a place on, at most `most` bytes (`sliceBytes` or less); null when there
 * is no whole line yet. A single line longer than that is a slice of its own,
 * of which only what the server would look at is read.
 * @param final the file does not grow any more: a last line without its end counts.
 */
export async function sliceFrom(
  file: FileHandle,
  from: number,
  most: number,
  final: boolean,
): Promise<Slice | null> {
  const bytes = await readAt(file, from, most);
  if (bytes.length === 0) return null;
  const last = bytes.lastIndexOf(newline);
  if (last >= 0) return { from, to: from + last + 1, body: bytes.subarray(0, last + 1) };
  if (bytes.length < most) return final ? { from, to: from + bytes.length, body: bytes } : null;
  let at = from + bytes.length;
  for (;;) {
    const more = await readAt(file, at, scanBytes);
    const end = more.indexOf(newline);
    if (end >= 0) return await sliceOf(file, from, at + end + 1);
    if (more.length < scanBytes) return final ? await sliceOf(file, from, at + more.length) : null;
    at += more.length;
  }
}

/** The slice that was cut once before, byte by byte the same. Only a single line is longer than `sliceBytes`. */
export async function sliceOf(file: FileHandle, from: number, to: number): Promise<Slice> {
  if (to - from <= sliceBytes) return { from, to, body: await readAt(file, from, to - from) };
  const start = await readAt(file, from, longestLine + 1);
  return { from, to, body: Buffer.concat([start, Buffer.from("\n")]) };
}

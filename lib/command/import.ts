import { createReadStream } from "node:fs";
import { longestLine } from "@/lib/ingest/lines";
import { faultText, isFileFault } from "./faults";
import type { House } from "./house";
import type { LogFile } from "./log-files";
import { PackedError, plainBytes } from "./packed";
import { RecentLines } from "./recent-lines";
import { sliceBytes } from "./slice";

const newline = 10;

export interface Imported {
  files: number;
  bytes: number;
  accepted: number;
  duplicates: number;
  rejected: number;
  /** Why lines were not understood, the most frequent first. */
  reasons: { reason: string; lines: number; example: string }[];
  /** Files that could not be read to their end, and why. */
  unread: { path: string; reason: string }[];
}

export interface Progress {
  path: string;
  /** Bytes read of all files, as they are on disk. */
  read: number;
  lines: number;
}

/**
 * Sends whole files, plain or packed with gzip or zstd, in whole lines. The same files imported again
 * are cut the same, so that nothing counts twice.
 * @throws Refused where the server will not have them, Ended when told to end.
 */
export async function importFiles(
  house: House,
  source: string,
  files: readonly LogFile[],
  onProgress: (progress: Progress) => void,
): Promise<Imported> {
  const total: Imported = {
    files: 0,
    bytes: 0,
    accepted: 0,
    duplicates: 0,
    rejected: 0,
    reasons: [],
    unread: [],
  };
  const reasons = new Map<string, { lines: number; example: string }>();
  let log: string | null = null;
  let recent = new RecentLines();
  let finished = 0;
  for (const file of files) {
    if (file.log !== log) recent = new RecentLines();
    log = file.log;
    const raw = createReadStream(file.path);
    try {
      for await (const body of deliveriesOf(plainBytes(raw))) {
        const receipt = await house.send(source, body, await recent.repeatsIn(body));
        await recent.add(body);
        total.bytes += body.byteLength;
        total.accepted += receipt.accepted;
        total.duplicates += receipt.duplicates;
        total.rejected += receipt.rejected;
        for (const { reason, text } of receipt.errors) {
          const known = reasons.get(reason) ?? { lines: 0, example: text };
          known.lines += 1;
          if (known.lines > 1 || reasons.size < 200) reasons.set(reason, known);
        }
        onProgress({
          path: file.path,
          read: finished + raw.bytesRead,
          lines: total.accepted + total.duplicates + total.rejected,
        });
      }
      total.files += 1;
    } catch (error) {
      if (!isFileFault(error) && !(error instanceof PackedError)) throw error;
      const reason = isFileFault(error) ? faultText(error) : error.message;
      total.unread.push({ path: file.path, reason });
    }
    finished += file.size;
  }
  total.reasons = [...reasons]
    .map(([reason, { lines, example }]) => ({ reason, lines, example }))
    .sort((a, b) => b.lines - a.lines);
  return total;
}

/** Whole lines, up to `most` bytes at a time; of a line that is longer, what the server would look at. */
export async function* deliveriesOf(
  chunks: AsyncIterable<Uint8Array>,
  most = sliceBytes,
): AsyncGenerator<Buffer> {
  let parts: Uint8Array[] = [];
  let size = 0;
  let skipping = false;
  for await (const chunk of chunks) {
    // Chunks are small beside `most`; the cut stands at the last line end before it.
    for (let at = 0; at < chunk.byteLength; at += 65_536) {
      let piece = chunk.subarray(at, at + 65_536);
      if (skipping) {
        const end = piece.indexOf(newline);
        if (end < 0) continue;
        skipping = false;
        piece = piece.subarray(end + 1);
      }
      parts.push(piece);
      size += piece.byteLength;
      if (size < most) continue;
      const all = Buffer.concat(parts);
      const cut = all.lastIndexOf(newline) + 1;
      if (cut > 0) {
        yield all.subarray(0, cut);
        const rest = all.subarray(cut);
        parts = rest.byteLength > 0 ? [rest] : [];
        size = rest.byteLength;
      } else {
        yield Buffer.concat([all.subarray(0, longestLine + 1), Buffer.from("\n")]);
        parts = [];
        size = 0;
        skipping = true;
      }
    }
  }
  if (size > 0) yield Buffer.concat(parts);
}

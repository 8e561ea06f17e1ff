/** What a line is told by: a hash of itself, of which the first 64 bits are a request's id. */
export interface LineId {
  high: number;
  low: number;
  /** All of the hash, a character for each byte. */
  digest: string;
}

export function lineId(digest: string): LineId {
  return { high: wordIn(digest, 0), low: wordIn(digest, 4), digest };
}

/** The hash in hex. */
export function hexOf({ digest }: LineId): string {
  return Buffer.from(digest, "latin1").toString("hex");
}

function wordIn(digest: string, at: number): number {
  return (
    ((digest.charCodeAt(at) << 24) |
      (digest.charCodeAt(at + 1) << 16) |
      (digest.charCodeAt(at + 2) << 8) |
      digest.charCodeAt(at + 3)) >>>
    0
  );
}

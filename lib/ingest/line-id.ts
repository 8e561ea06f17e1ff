/*
 * A line is told by a hash of itself, of which the first 64 bits are a request's id. It goes about as a string with a
 * character for each byte, which costs less than any other form.
 */

/** The hash in hex. */
export function hexOf(digest: string): string {
  return Buffer.from(digest, "latin1").toString("hex");
}

/** The first 32 bits of it, with a sign. */
export function highOf(digest: string): number {
  return wordIn(digest, 0);
}

/** The second 32 bits of it, with a sign. */
export function lowOf(digest: string): number {
  return wordIn(digest, 4);
}

function wordIn(digest: string, at: number): number {
  return (
    (digest.charCodeAt(at) << 24) |
    (digest.charCodeAt(at + 1) << 16) |
    (digest.charCodeAt(at + 2) << 8) |
    digest.charCodeAt(at + 3)
  );
}

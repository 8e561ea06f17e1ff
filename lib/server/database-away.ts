import { awayDigest } from "@/lib/view/away-digest";

/** A page cannot be made because the database is away; its error page knows it by the digest and asks again by itself. */
export class AwayError extends Error {
  override name = "AwayError";
  readonly digest = awayDigest;
}

const networkErrors = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

/** Is the database away, starting, stopping or out of connections (SQLSTATE 08, 53300, 57P), or its connection gone? */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isDatabaseAway);
  const code = "code" in error ? String(error.code) : "";
  if (networkErrors.has(code) || /^(?:08...|53300|57P0[1-4])$/.test(code)) return true;
  // Prisma's "cannot reach", "timed out" and "closed" errors.
  if (/^P(?:1001|1002|1008|1017|2024)$/.test(code)) return true;
  if (
    /Connection terminated|Can't reach database server|timeout exceeded when trying to connect|Client was closed/.test(
      error.message,
    )
  )
    return true;
  return isDatabaseAway(error.cause);
}

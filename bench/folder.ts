import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/**
 * A folder for what a bench makes, which goes with it. As root, the database runs as another user, who has to pass:
 * otherwise it would lie elsewhere, and stay there.
 */
export function benchFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "hopwatch-bench-"));
  chmodSync(folder, 0o711);
  return folder;
}

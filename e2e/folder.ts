import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/**
 * A folder for a database of its own. As root, the database runs as another user, who has to pass: otherwise it would lie
 * elsewhere, and stay there.
 * @param use part of its name.
 */
export function passableFolder(use: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), `hopwatch-${use}-`));
  chmodSync(folder, 0o711);
  return folder;
}

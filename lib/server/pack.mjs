// Packs the built pages' files once, as small as they get, so that no visitor waits for it. Plain JavaScript, for it
// runs with the build.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const packable = /\.(?:js|css|svg|json|txt)$/;
/** Below this a packed file saves less than its headers weigh. */
const leastBytes = 1024;

/**
 * Lays beside each script and style below a folder the same packed by Brotli, with the ending `.br`.
 * @param {string} folder
 */
export function packFiles(folder) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !packable.test(entry.name)) continue;
    const file = path.join(entry.parentPath, entry.name);
    const content = readFileSync(file);
    if (content.length < leastBytes) continue;
    const packed = brotliCompressSync(content, {
      params: {
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      },
    });
    writeFileSync(`${file}.br`, packed);
  }
}

import { createReadStream, existsSync, readdirSync, statSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { pipeline } from "node:stream";
import { securityHeaders } from "./security-headers.mjs";

const types: Record<string, string> = {
  ".js": "application/javascript; charset=UTF-8",
  ".css": "text/css; charset=UTF-8",
  ".svg": "image/svg+xml",
  ".json": "application/json; charset=UTF-8",
  ".txt": "text/plain; charset=UTF-8",
};

/** Answers a request for a file that was packed with the build; false: it is for somebody else to answer. */
export type PackedFiles = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * The packed files below a folder, known by name from the start: no path that a client sends reaches the disk.
 *
 * @param folder where the build lies
 * @param prefix of their addresses; their names carry a hash, so that what was fetched once holds for good
 */
export function packedFiles(folder: string, prefix: string): PackedFiles {
  const known = new Map<string, { file: string; type: string; bytes: number }>();
  if (existsSync(folder))
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith(".br")) continue;
      const file = path.join(entry.parentPath, entry.name);
      const type = types[path.extname(entry.name.slice(0, -".br".length))];
      if (type === undefined) continue;
      const name = path.relative(folder, file).slice(0, -".br".length);
      const address = prefix + name.split(path.sep).join("/");
      known.set(address, { file, type, bytes: statSync(file).size });
    }
  return (request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD") return false;
    const packed = known.get((request.url ?? "").split("?", 1)[0] ?? "");
    if (!packed || request.headers.range !== undefined || !takesBrotli(request)) return false;
    for (const { key, value } of securityHeaders) response.setHeader(key, value);
    response.writeHead(200, {
      "Content-Type": packed.type,
      "Content-Encoding": "br",
      "Content-Length": packed.bytes,
      "Cache-Control": "public, max-age=31536000, immutable",
      Vary: "Accept-Encoding",
    });
    if (request.method === "HEAD") response.end();
    // A visitor who goes away in the middle is no fault.
    else pipeline(createReadStream(packed.file), response, () => undefined);
    return true;
  };
}

/** `br` is named, and not with a weight of zero (RFC 9110, 12.5.3). */
function takesBrotli(request: IncomingMessage): boolean {
  const offered = String(request.headers["accept-encoding"] ?? "").split(",");
  return offered.some((one) => {
    const [name, ...parameters] = one.split(";").map((part) => part.trim());
    return name === "br" && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}

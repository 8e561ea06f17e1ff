import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, get, type IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { brotliDecompressSync } from "node:zlib";
import { afterEach, expect, it } from "vitest";
import { packFiles } from "./pack.mjs";
import { packedFiles } from "./packed-files";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0)) await step();
});

const script = "export const answer = 42;\n".repeat(200);

async function serve() {
  const folder = mkdtempSync(path.join(tmpdir(), "hopwatch-packed-"));
  undo.push(() => rmSync(folder, { recursive: true }));
  mkdirSync(path.join(folder, "chunks"));
  writeFileSync(path.join(folder, "chunks", "a.js"), script);
  writeFileSync(path.join(folder, "chunks", "small.js"), "1");
  packFiles(folder);
  const answer = packedFiles(folder, "/_next/static/");
  const server = createServer((request, response) => {
    if (!answer(request, response)) response.writeHead(404).end("somebody else");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  undo.push(() => server.close());
  const address = server.address();
  if (!address || typeof address !== "object") throw new Error("no port");
  return async (target: string, headers: IncomingHttpHeaders = {}, method = "GET") => {
    const call = get({ port: address.port, path: target, headers, method, agent: false });
    const [reply] = await once(call, "response");
    return {
      status: reply.statusCode,
      headers: reply.headers as IncomingHttpHeaders,
      body: await buffer(reply),
    };
  };
}

it("sends a script as it was packed, with all that the framework says of it", async () => {
  const ask = await serve();
  const reply = await ask("/_next/static/chunks/a.js", { "accept-encoding": "gzip, br" });
  expect(reply.status).toBe(200);
  expect(reply.headers).toMatchObject({
    "content-type": "application/javascript; charset=UTF-8",
    "content-encoding": "br",
    "content-length": String(reply.body.length),
    "cache-control": "public, max-age=31536000, immutable",
    vary: "Accept-Encoding",
    "x-content-type-options": "nosniff",
  });
  expect(reply.body.length).toBeLessThan(script.length / 10);
  expect(brotliDecompressSync(reply.body).toString()).toBe(script);
});

it("tells a script's size without sending it", async () => {
  const ask = await serve();
  const reply = await ask("/_next/static/chunks/a.js", { "accept-encoding": "br" }, "HEAD");
  expect(reply.status).toBe(200);
  expect(Number(reply.headers["content-length"])).toBeGreaterThan(0);
  expect(reply.body.length).toBe(0);
});

it("leaves to others who does not take Brotli, wants a part, or asks for what was not packed", async () => {
  const ask = await serve();
  const file = "/_next/static/chunks/a.js";
  expect((await ask(file, { "accept-encoding": "gzip" })).status).toBe(404);
  expect((await ask(file)).status).toBe(404);
  expect((await ask(file, { "accept-encoding": "br;q=0, gzip" })).status).toBe(404);
  expect((await ask(file, { "accept-encoding": "br", range: "bytes=0-9" })).status).toBe(404);
  expect((await ask(file, { "accept-encoding": "br" }, "POST")).status).toBe(404);
  const small = await ask("/_next/static/chunks/small.js", { "accept-encoding": "br" });
  expect(small.status).toBe(404);
});

it("reads no file outside its folder", async () => {
  const ask = await serve();
  for (const target of [
    "/_next/static/../pack.mjs",
    "/_next/static/chunks/%2e%2e/chunks/a.js",
    "/chunks/a.js",
  ])
    expect((await ask(target, { "accept-encoding": "br" })).status).toBe(404);
});

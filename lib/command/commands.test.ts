import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deliveriesOf } from "./import";
import { logFiles } from "./log-files";
import { parsedText, parseFile } from "./parse";
import { CountingHouse } from "./testing/counting-house";
import { Shipper } from "./testing/shipper";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hopwatch-command-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, content: string) => {
  const path = join(folder, name);
  writeFileSync(path, name.endsWith(".gz") ? gzipSync(content) : content);
  return path;
};

async function* chunks(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

describe("import", () => {
  it("sends a folder of rotated logs, the oldest first, and nothing twice when called again", async () => {
    const house = new CountingHouse();
    await house.start();
    put("access.log", "5\n6\n");
    put("access.log.1", "4\n");
    put("access.log.2.gz", "3\n");
    put("access.log.10.gz", "1\n2\n");
    mkdirSync(join(folder, "old"));
    put("old/app-20261120.log.gz", "a\n");
    put("old/app-20261121.log", "b\n");
    const args = ["import", folder, "--source", "edge"];
    const first = new Shipper(args, { HOPWATCH_URL: house.url });
    expect(await first.end()).toBe(0);
    expect([...house.lines.values()]).toEqual(["1", "2", "3", "4", "5", "6", "a", "b"]);
    expect(first.wrote).toContain("6 files");
    expect(first.wrote).toContain("8 lines accepted, 0 known already, 0 rejected");
    const again = new Shipper(args, { HOPWATCH_URL: house.url });
    await again.end();
    expect(again.wrote).toContain("0 lines accepted, 8 known already");
    await house.stop();
  }, 180_000);

  it("says which file could not be read to its end, and reads the others", async () => {
    const house = new CountingHouse();
    await house.start();
    writeFileSync(join(folder, "a.log.gz"), gzipSync("1\n".repeat(50_000)).subarray(0, 60));
    put("b.log", "2\n");
    const command = new Shipper(["import", folder, "--source", "edge"], {
      HOPWATCH_URL: house.url,
    });
    expect(await command.end()).toBe(1);
    expect(command.wrote).toContain("a.log.gz was not read: unexpected end of file");
    expect(house.counts().get("2")).toBe(1);
    await house.stop();
  }, 180_000);

  it("reads what is packed by its first bytes, and says what it cannot unpack", async () => {
    const house = new CountingHouse();
    await house.start();
    writeFileSync(join(folder, "a.log.1"), gzipSync("packed without saying so\n"));
    writeFileSync(join(folder, "b.log.gz"), "plain in spite of its name\n");
    // `printf 'one\ntwo\n' | zstd`
    const zstd = "28b52ffd04584100006f6e650a74776f0ae6a60e40";
    writeFileSync(join(folder, "c.log.zst"), Buffer.from(zstd, "hex"));
    writeFileSync(join(folder, "d.log.xz"), Buffer.from("fd377a585a000004", "hex"));
    const command = new Shipper(["import", folder, "--source", "edge"], {
      HOPWATCH_URL: house.url,
    });
    expect(await command.end()).toBe(1);
    expect([...house.lines.values()]).toEqual([
      "packed without saying so",
      "plain in spite of its name",
      "one",
      "two",
    ]);
    expect(command.wrote).toContain(
      "d.log.xz was not read: it is packed with xz, which is not read: unxz it first",
    );
    await house.stop();
  }, 180_000);

  it("takes rotation's numbers descending, its dates ascending, and the log itself last", async () => {
    for (const name of [
      "x.log",
      "x.log.1",
      "x.log.2.gz",
      "y.log-20261119",
      "y.log-20261120.gz",
      "y.log",
    ])
      put(name, "1\n");
    const found = await logFiles([folder, join(folder, "x.log")]);
    expect(found.map(({ path }) => path.slice(folder.length + 1))).toEqual([
      "x.log.2.gz",
      "x.log.1",
      "x.log",
      "y.log-20261119",
      "y.log-20261120.gz",
      "y.log",
    ]);
  });

  it("cuts deliveries at line ends, and keeps the head of a line that is longer than one", async () => {
    const long = "y".repeat(300_000);
    const bodies: string[] = [];
    for await (const body of deliveriesOf(
      chunks("one\ntwo\n", `${long}\nthree\nfo`, "ur"),
      100_000,
    ))
      bodies.push(body.toString());
    const lines = bodies.join("").split("\n");
    expect(lines.filter((line) => !line.startsWith("y"))).toEqual(["one", "two", "three", "four"]);
    expect(lines.filter((line) => line.startsWith("y")).map(({ length }) => length)).toEqual([
      65_537,
    ]);
  });
});

describe("parse", () => {
  const haproxy = readFileSync("lib/formats/haproxy-http/samples.log", "utf8")
    .split("\n")
    .filter((line) => line.includes("haproxy[29630]: 127.0.0.1:"));

  it("tells the format, its fields, what it can prove, and why lines are rejected", async () => {
    const found = await parseFile(
      chunks(`${haproxy.join("\n")}\nthis is no log line\n`),
      { format: null, formatString: null, timezone: null, most: 1000 },
      Date.UTC(2026, 10, 21, 12),
    );
    expect(found).toMatchObject({ format: "haproxy-http", rejected: 1 });
    expect(found.lines).toBe(haproxy.length + 1);
    expect(found.requests + found.changes).toBe(haproxy.length);
    expect(found.proves).toContain("cookie-invalid");
    const told = parsedText(found);
    expect(told).toContain("haproxy-http");
    expect(told).toContain(`line ${haproxy.length + 1}: this is no log line`);
  });

  it("reads a compressed file from the command line, and shows no session key", async () => {
    const path = put("edge.log.gz", `${haproxy.join("\n")}\n`);
    const command = new Shipper(["parse", path]);
    expect(await command.end()).toBe(0);
    expect(command.wrote).toContain("haproxy-http");
    expect(command.wrote).toContain("status");
    expect(command.wrote).not.toContain("s-app2-77");
  }, 180_000);

  it("says in one line what is wrong with what was asked", async () => {
    const path = put("a.log", "x\n");
    const format = new Shipper(["parse", path, "--format", "nonsense"]);
    expect(await format.end()).toBe(1);
    expect(format.said.trim()).toBe('hopwatch: "nonsense" is none of the formats that are read');
    const file = new Shipper(["parse", join(folder, "none.log")]);
    expect(await file.end()).toBe(1);
    expect(file.said.trim()).toBe(`hopwatch: ${join(folder, "none.log")}: there is no such file`);
    const place = new Shipper(["parse", folder]);
    expect(await place.end()).toBe(1);
    expect(place.said).toContain("it is a folder");
  }, 180_000);
});

describe("lookup", () => {
  it("asks for a value from standard input, which stands in no address", async () => {
    const asked: { line: string; body: string }[] = [];
    const server = createServer(async (request, response) => {
      asked.push({ line: `${request.method} ${request.url}`, body: await text(request) });
      response.end(
        JSON.stringify({
          items: [
            {
              id: "0123456789abcdef",
              pool: "shop",
              firstSeen: "2026-11-21T10:00:00.000Z",
              lastSeen: "2026-11-21T10:05:00.000Z",
              requests: 12,
              bounces: 2,
              unexplained: 1,
              returns: 0,
              nodes: ["web-1", "web-2"],
              lbs: ["edge"],
              lost: 1,
              pingPong: false,
              mainCause: "cookie-not-sent",
              client: null,
            },
          ],
        }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const command = new Shipper(["lookup"], { HOPWATCH_URL: `http://127.0.0.1:${address.port}` });
    command.input.end("secret-session\n");
    expect(await command.end()).toBe(0);
    expect(asked).toEqual([
      { line: "POST /api/v1/sessions/lookup", body: '{"value":"secret-session"}' },
    ]);
    expect(command.wrote).toContain("web-1, web-2");
    expect(command.wrote).toContain("2 (1 unexplained, mostly cookie-not-sent)");
    expect(command.wrote).toContain("/sessions/0123456789abcdef");
    expect(command.wrote).not.toContain("secret-session");
    server.closeAllConnections();
    server.close();
  }, 180_000);

  it("says that nothing answers when Hopwatch is not there", async () => {
    const command = new Shipper(["lookup", "x", "--url", "http://127.0.0.1:1"]);
    expect(await command.end()).toBe(1);
    expect(command.said).toContain("Nothing answers at http://127.0.0.1:1");
  }, 180_000);
});

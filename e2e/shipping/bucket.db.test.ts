import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import S3rver from "s3rver";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { openBucket } from "@/lib/ingest/bucket/bucket";
import { startBuckets, stopBuckets } from "@/lib/server/buckets";
import { readConfig } from "@/lib/server/config";
import { runtime } from "@/lib/server/runtime";
import { type BucketServer, openBucketServer } from "./bucket-server";
import { openShippingHouse, type ShippingHouse } from "./house";

const keys = { accessKeyId: "AKIATEST", secretAccessKey: "AKIATEST", sessionToken: null };
let house: ShippingHouse;
let server: BucketServer;
beforeAll(async () => {
  house = await openShippingHouse();
  server = await openBucketServer(keys, "eu-central-1");
});
afterAll(async () => {
  await stopBuckets();
  server.close();
  await house.close();
});

const begun = Date.now() - 600_000;
function albLine(n: number): string {
  const at = (ms: number) => new Date(begun + n * 1000 + ms).toISOString().replace("Z", "000Z");
  return `http ${at(10)} app/web/1 10.0.0.9:4000 10.0.1.1:80 0.000 0.001 0.000 200 200 34 366 "GET http://shop:80/${n} HTTP/1.1" "curl" - - arn:aws:elasticloadbalancing:eu:1:targetgroup/web/73e2d6bc24d8a067 "Root=1-67891233-abcdef012345678912345${100 + n}" "-" "-" 0 ${at(0)} "forward" "-" "-" "10.0.1.1:80" "200" "-" "-"`;
}
const file = (...numbers: number[]) => gzipSync(`${numbers.map(albLine).join("\n")}\n`);

function begin(endpoint = server.url, source = "alb", key = keys.accessKeyId): void {
  const { buckets } = readConfig({
    HOPWATCH_S3: `s3://logs/AWSLogs/?source=${source}&region=eu-central-1&endpoint=${endpoint}`,
    HOPWATCH_S3_SECONDS: "1",
    AWS_ACCESS_KEY_ID: key,
    AWS_SECRET_ACCESS_KEY: key,
  });
  startBuckets({ ...runtime(), config: { ...runtime().config, buckets } });
}

async function requests(): Promise<number> {
  const rows = await house.rows("SELECT count(*)::integer AS n FROM requests");
  return Number(rows[0]?.n);
}

it("takes the ALB's files out of a bucket once each, new ones as they come, also after a restart", async () => {
  server.files.set("AWSLogs/1/ELBAccessLogTestFile", Buffer.from("Enable AccessLog"));
  server.files.set("AWSLogs/1/a b+&ü.log.gz", file(1, 2));
  server.files.set("AWSLogs/1/b.log.gz", file(3));
  server.files.set("AWSLogs/1/c.log", Buffer.from(`${albLine(4)}\n`));
  server.files.set("AWSLogs/1/d.log.gz", gzipSync("cut off, that is all").subarray(0, 20));
  server.files.set("elsewhere/e.log.gz", file(5));
  begin();
  await vi.waitFor(async () => expect(await requests()).toBe(4), { timeout: 10_000 });
  server.files.set("AWSLogs/1/f.log.gz", file(6, 7));
  await vi.waitFor(async () => expect(await requests()).toBe(6), { timeout: 10_000 });
  await stopBuckets();
  server.files.set("AWSLogs/1/g.log.gz", file(8));
  begin();
  await vi.waitFor(async () => expect(await requests()).toBe(7), { timeout: 10_000 });
  await stopBuckets();
  expect(server.read).toHaveLength(new Set(server.read).size);
  expect(server.read.sort()).toEqual(
    ["a b+&ü.log.gz", "b.log.gz", "c.log", "d.log.gz", "f.log.gz", "g.log.gz"].map(
      (name) => `AWSLogs/1/${name}`,
    ),
  );
});

it("takes the ALB's files out of a bucket of another server that speaks as S3 does, to its keys only", async () => {
  const directory = mkdtempSync(join(tmpdir(), "hopwatch-s3-"));
  const real = new S3rver({
    address: "127.0.0.1",
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: "logs", configs: [] }],
  });
  const { port } = await real.run();
  const url = `http://127.0.0.1:${port}`;
  const put = async (key: string, body: Buffer) => {
    const path = key.split("/").map(encodeURIComponent).join("/");
    const answer = await fetch(`${url}/logs/${path}`, {
      method: "PUT",
      body: new Uint8Array(body),
    });
    expect(answer.status).toBe(200);
  };
  for (let n = 0; n < 30; n++)
    await put(`AWSLogs/123456789012/elb/2026/11/21/app.web_${n} (ü)&+.log.gz`, file(100 + n));
  await put("elsewhere/x.log.gz", file(200));
  const taken = () => house.count("requests", "real-alb");
  const wrong = openBucket(
    { bucket: "logs", prefix: "", source: "x", region: "eu-central-1", endpoint: url },
    { accessKeyId: "nobody", secretAccessKey: "x", sessionToken: null },
    () => Date.now(),
    new AbortController().signal,
  );
  await expect(wrong.pages().next()).rejects.toThrow(
    "logs: 403 The AWS Access Key Id you provided does not exist",
  );
  begin(url, "real-alb", "S3RVER");
  await vi.waitFor(async () => expect(await taken()).toBe(30), { timeout: 20_000 });
  await put("AWSLogs/123456789012/elb/2026/11/22/later.log.gz", file(300));
  await vi.waitFor(async () => expect(await taken()).toBe(31), { timeout: 10_000 });
  await stopBuckets();
  await real.close();
  rmSync(directory, { recursive: true, force: true });
});

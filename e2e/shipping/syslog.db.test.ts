import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { freePort } from "@/e2e/lab/ports";
import { Balancer } from "@/e2e/lab/process";
import { haproxyLine, moment, openShippingHouse, type ShippingHouse } from "./house";

let house: ShippingHouse;
let dir: string;
beforeAll(async () => {
  house = await openShippingHouse();
  dir = mkdtempSync(join(tmpdir(), "hopwatch-shipping-"));
});
afterAll(async () => {
  await house.close();
  rmSync(dir, { recursive: true, force: true });
});

const installed = (program: string) => existsSync(`/usr/sbin/${program}`);

/** The node that real balancers pass on to. */
async function aBackend() {
  const server = createServer((_, response) => response.end("ok")).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { port: address.port, close: () => server.close() };
}

const fromSyslog = (where: string) =>
  house.rows(
    `SELECT r.status, r.path FROM requests r WHERE r.source = (SELECT id FROM sources WHERE name = 'syslog') AND ${where} ORDER BY r.started_at`,
  );

describe("syslog", () => {
  it.runIf(installed("haproxy"))("comes straight from a real HAProxy over UDP", async () => {
    const [port, backend] = [await freePort(), await aBackend()];
    const file = join(dir, "haproxy.cfg");
    writeFileSync(
      file,
      [
        "global",
        `  log 127.0.0.1:${house.syslogPort} local0`,
        "defaults",
        "  mode http",
        "  log global",
        "  option httplog",
        "  timeout connect 2s",
        "  timeout client 5s",
        "  timeout server 5s",
        "frontend www",
        `  bind 127.0.0.1:${port}`,
        "  capture cookie sid len 64",
        "  default_backend haproxyshop",
        "backend haproxyshop",
        `  server app1 127.0.0.1:${backend.port}`,
        "",
      ].join("\n"),
    );
    const haproxy = new Balancer("haproxy", ["-db", "-f", file]);
    await haproxy.listening(port);
    for (let n = 0; n < 5; n++)
      await fetch(`http://127.0.0.1:${port}/from-haproxy`, { headers: { Cookie: "sid=hap-1" } });
    await vi.waitFor(
      async () => {
        const rows = await house.rows(
          "SELECT s.requests FROM sessions s JOIN pools p ON p.id = s.pool WHERE p.name = 'haproxyshop'",
        );
        expect(rows).toEqual([{ requests: 5 }]);
      },
      { timeout: 10_000 },
    );
    await haproxy.stop();
    backend.close();
  });

  it.runIf(installed("nginx"))("comes straight from a real NGINX over UDP", async () => {
    const [port, backend] = [await freePort(), await aBackend()];
    const file = join(dir, "nginx.conf");
    writeFileSync(
      file,
      [
        ...(process.getuid?.() === 0 ? ["user root;"] : []),
        `error_log ${dir}/error.log;`,
        `pid ${dir}/nginx.pid;`,
        "events {}",
        "http {",
        '  log_format hopwatch escape=json \'{"time":"$msec","request_time":"$request_time",\'',
        '    \'"remote_addr":"$remote_addr","request":"$request","status":"$status",\'',
        '    \'"upstream_addr":"$upstream_addr","cookie_sid":"$cookie_sid"}\';',
        `  access_log syslog:server=127.0.0.1:${house.syslogPort},tag=nginx hopwatch;`,
        ...["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
          (kind) => `  ${kind}_temp_path ${dir}/${kind};`,
        ),
        `  server { listen 127.0.0.1:${port}; location / { proxy_pass http://127.0.0.1:${backend.port}; } }`,
        "}",
      ].join("\n"),
    );
    const nginx = new Balancer("nginx", [
      "-p",
      dir,
      "-c",
      file,
      "-e",
      `${dir}/e.log`,
      "-g",
      "daemon off;",
    ]);
    await nginx.listening(port);
    for (let n = 0; n < 5; n++)
      await fetch(`http://127.0.0.1:${port}/from-nginx/${n}`, { headers: { Cookie: "sid=ngx-1" } });
    await vi.waitFor(
      async () => expect(await fromSyslog("r.path LIKE '/from-nginx/%'")).toHaveLength(5),
      { timeout: 10_000 },
    );
    await nginx.stop();
    backend.close();
  });

  it.runIf(installed("haproxy"))("comes from a real HAProxy's ring over TCP", async () => {
    const [port, backend] = [await freePort(), await aBackend()];
    const file = join(dir, "ring.cfg");
    writeFileSync(
      file,
      `ring hopwatch
  format rfc5424
  maxlen 8192
  size 65536
  timeout connect 2s
  timeout server 5s
  server hopwatch 127.0.0.1:${house.syslogPort} log-proto octet-count
global
  log ring@hopwatch len 8192 local0
defaults
  mode http
  log global
  option httplog
  timeout connect 2s
  timeout client 5s
  timeout server 5s
frontend www
  bind 127.0.0.1:${port}
  default_backend ringshop
backend ringshop
  server app1 127.0.0.1:${backend.port}
`,
    );
    const haproxy = new Balancer("haproxy", ["-db", "-f", file]);
    await haproxy.listening(port);
    for (let n = 0; n < 5; n++) await fetch(`http://127.0.0.1:${port}/from-ring/${n}`);
    await vi.waitFor(
      async () => expect(await fromSyslog("r.path LIKE '/from-ring/%'")).toHaveLength(5),
      { timeout: 10_000 },
    );
    await haproxy.stop();
    backend.close();
  });

  it.runIf(installed("rsyslogd")).each([
    [
      "with octet counts and RFC 5424",
      (port: number) => `action(type="omfwd" Target="127.0.0.1" Port="${port}" Protocol="tcp"
  TCP_Framing="octet-counted" Template="RSYSLOG_SyslogProtocol23Format")`,
    ],
    ["by its old one-line forwarding", (port: number) => `*.* @@127.0.0.1:${port}`],
  ] as const)("comes from a real rsyslog over TCP %s", async (name, forwarding) => {
    const own = mkdtempSync(join(dir, "rsyslog-"));
    const log = join(own, "edge.log");
    const file = join(own, "rsyslog.conf");
    const path = `/from-rsyslog/${name.replaceAll(" ", "-")}`;
    writeFileSync(log, "");
    writeFileSync(
      file,
      `global(workDirectory="${own}")
module(load="imfile" mode="polling" pollingInterval="1")
input(type="imfile" File="${log}" Tag="haproxy:" readTimeout="1")
${forwarding(house.syslogPort)}
`,
    );
    const rsyslog = spawn(
      "/usr/sbin/rsyslogd",
      ["-n", "-f", file, "-i", join(own, "rsyslog.pid")],
      { stdio: "ignore" },
    );
    const lines = Array.from({ length: 20 }, () =>
      haproxyLine(moment(), "app1", "rsys").replace("/cart", path),
    );
    writeFileSync(log, `${lines.join("\n")}\n`, { flag: "a" });
    await vi.waitFor(async () => expect(await fromSyslog(`r.path = '${path}'`)).toHaveLength(20), {
      timeout: 20_000,
    });
    const ended = once(rsyslog, "exit");
    rsyslog.kill("SIGTERM");
    await ended;
  });

  it("comes over TCP line by line, and over UDP with what senders leave at the end", async () => {
    const own = (path: string) => haproxyLine(moment(), "app1", "plain").replace("/cart", path);
    const socket = connect(house.syslogPort, "127.0.0.1");
    socket.end(`<134>Nov 21 10:00:00 edge haproxy[7]: ${own("/by-tcp")}\n`);
    const udp = createSocket("udp4");
    udp.send(
      `<134>Nov 21 10:00:00 edge haproxy[7]: ${own("/by-udp")}\n\0`,
      house.syslogPort,
      "127.0.0.1",
    );
    await vi.waitFor(async () =>
      expect(await fromSyslog("r.path IN ('/by-tcp', '/by-udp')")).toHaveLength(2),
    );
    udp.close();
  });
});

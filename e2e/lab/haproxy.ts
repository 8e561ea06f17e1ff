import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import type { SourceInput } from "@/lib/schemas/ingest";
import type { Backend } from "./backend";
import type { Entrance } from "./client";
import { until } from "./patience";
import { freePort } from "./ports";
import { Balancer } from "./process";
import { SyslogReceiver } from "./syslog";

export interface HaproxyOptions {
  name: string;
  dir: string;
  pool: string;
  nodes: Backend[];
  /** Lines of the frontend beside `bind`. */
  frontend?: string[];
  /** Lines of the backend before its servers. */
  backend?: string[];
  /** What stands after `server <name> <address>`. */
  server?: (node: Backend) => string;
  /** HAProxy's own log-format; absent: `option httplog`. */
  logFormat?: string;
  /** The app's session cookie. */
  cookie: string;
  /** How HAProxy frames its lines. */
  framing?: "rfc3164" | "rfc5424";
  /** False: neither cookie nor request ID is captured. */
  captures?: boolean;
  source?: Partial<SourceInput>;
}

/** A real HAProxy that logs to the lab's own syslog receiver. */
export class Haproxy implements Entrance {
  readonly options: HaproxyOptions;
  readonly #syslog = new SyslogReceiver();
  #process: Balancer | null = null;
  #nodes: Backend[];
  port = 0;
  sent = 0;

  constructor(options: HaproxyOptions) {
    this.options = options;
    this.#nodes = options.nodes;
  }

  get name(): string {
    return this.options.name;
  }

  get lines(): string[] {
    return this.#syslog.lines;
  }

  /** As `PUT /api/v1/sources/{name}` takes it. */
  get source(): SourceInput {
    const { logFormat, captures, cookie } = this.options;
    return {
      format: logFormat ? "haproxy" : "haproxy-http",
      ...(logFormat ? { formatString: logFormat } : {}),
      lb: this.name,
      timezone: "UTC",
      ...(captures === false
        ? {}
        : { session: { cookie }, correlation: { field: "capture.req.hdr(0)" } }),
      ...this.options.source,
    };
  }

  get #admin(): string {
    return join(this.options.dir, `${this.name}.sock`);
  }

  async start(): Promise<void> {
    await this.#syslog.start();
    this.port = await freePort();
    this.#process = new Balancer("haproxy", ["-db", "-f", this.#written()]);
    await this.#process.listening(this.port);
  }

  /** Writes the configuration and answers where it is. */
  #written(): string {
    const file = join(this.options.dir, `${this.name}.cfg`);
    writeFileSync(file, this.#config());
    return file;
  }

  /** Puts a new process in the old one's place (`-sf`), with another set of nodes. */
  async reload(nodes: Backend[]): Promise<void> {
    const old = this.#process;
    this.#nodes = nodes;
    const args = ["-db", "-f", this.#written(), "-sf", String(old?.pid)];
    this.#process = new Balancer("haproxy", args);
    await old?.ended();
    await this.#process.listening(this.port);
  }

  #config(): string {
    const { options } = this;
    const server = options.server ?? (() => "");
    return [
      "global",
      `  log 127.0.0.1:${this.#syslog.port} format ${options.framing ?? "rfc3164"} local0`,
      `  stats socket ${this.#admin} mode 600 level admin`,
      "  maxconn 2000",
      "  nbthread 1",
      "defaults",
      "  mode http",
      "  log global",
      options.logFormat
        ? `  log-format "${options.logFormat.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`
        : "  option httplog",
      "  timeout connect 2s",
      "  timeout client 60s",
      "  timeout server 60s",
      "  timeout tunnel 60s",
      "  timeout http-keep-alive 60s",
      "frontend www",
      `  bind 127.0.0.1:${this.port}`,
      ...(options.captures === false
        ? []
        : [
            `  capture cookie ${options.cookie}= len 64`,
            "  capture request header X-Request-ID len 64",
          ]),
      ...(options.frontend ?? []).map((line) => `  ${line}`),
      `  default_backend ${options.pool}`,
      `backend ${options.pool}`,
      ...(options.backend ?? ["balance roundrobin"]).map((line) => `  ${line}`),
      ...this.#nodes.map((node) => `  server ${node.name} ${node.address} ${server(node)}`),
      "",
    ].join("\n");
  }

  /** One command to the runtime API, with its answer. */
  command(command: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.#admin);
      let answer = "";
      socket.on("data", (data) => {
        answer += String(data);
      });
      socket.once("error", reject);
      socket.once("close", () => resolve(answer));
      socket.write(`${command}\n`);
    });
  }

  /** The operational state of a server as HAProxy sees it, such as `UP`, `DOWN`, `MAINT`, `DRAIN`. */
  async stateOf(node: Backend): Promise<string> {
    const csv = await this.command("show stat");
    const [header = "", ...rows] = csv.split("\n");
    const column = header.split(",").indexOf("status");
    const row = rows
      .map((line) => line.split(","))
      .find((cells) => cells[0] === this.options.pool && cells[1] === node.name);
    return row?.[column] ?? "";
  }

  async sees(node: Backend, state: string): Promise<void> {
    await until(
      `${this.name} sees ${node.name} ${state}`,
      async () => (await this.stateOf(node)).startsWith(state),
      20_000,
    );
  }

  /** Waits until every request that was sent here has its line. */
  async logged(): Promise<void> {
    await until(
      `${this.name} has logged ${this.sent} requests`,
      () => this.#syslog.lines.filter((line) => /HTTP\/1\.[01]/.test(line)).length >= this.sent,
      15_000,
    );
  }

  async stop(): Promise<void> {
    this.#process?.signal("SIGUSR1");
    await this.#process?.stop();
    this.#syslog.close();
  }
}

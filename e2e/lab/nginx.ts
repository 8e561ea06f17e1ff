import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SourceInput } from "@/lib/schemas/ingest";
import type { Backend } from "./backend";
import type { Entrance } from "./client";
import { until } from "./patience";
import { freePort } from "./ports";
import { Balancer } from "./process";

/** The log format of the lab's NGINX: what a careful operator logs of an upstream. */
export const nginxLogFormat =
  '$remote_addr - $remote_user [$time_iso8601] "$request" $status $body_bytes_sent $msec $request_time "$upstream_addr" "$upstream_status" "$upstream_response_time" "$cookie_sid" "$upstream_cookie_sid" "$http_x_request_id" "$http_user_agent"';

export interface NginxOptions {
  name: string;
  dir: string;
  pool: string;
  nodes: Backend[];
  /** Lines of the upstream before its servers, such as `ip_hash;`. */
  upstream?: string[];
  server?: (node: Backend) => string;
  /** What the requests are passed to, where it is not the upstream itself. */
  passTo?: string;
  location?: string[];
  http?: string[];
  logFormat?: string;
  source?: Partial<SourceInput>;
}

/** A real NGINX that logs to a file. */
export class Nginx implements Entrance {
  readonly options: NginxOptions;
  #nodes: Backend[];
  #process: Balancer | null = null;
  port = 0;
  sent = 0;

  constructor(options: NginxOptions) {
    this.options = options;
    this.#nodes = options.nodes;
  }

  get name(): string {
    return this.options.name;
  }

  get #dir(): string {
    return join(this.options.dir, this.name);
  }

  get lines(): string[] {
    const text = readFileSync(join(this.#dir, "access.log"), "utf8");
    return text.split("\n").filter((line) => line !== "");
  }

  /** As `PUT /api/v1/sources/{name}` takes it. */
  get source(): SourceInput {
    return {
      format: "nginx",
      formatString: this.options.logFormat ?? nginxLogFormat,
      lb: this.name,
      pool: this.options.pool,
      timezone: "UTC",
      session: { cookie: "sid" },
      ...this.options.source,
    };
  }

  async start(): Promise<void> {
    // Unlike HAProxy, NGINX started by root gives its workers to another user, who must reach the folder.
    mkdirSync(this.#dir, { recursive: true, mode: 0o777 });
    this.port = await freePort();
    this.#write();
    this.#process = new Balancer("nginx", this.#args());
    await this.#process.listening(this.port);
  }

  #args(): string[] {
    return [
      "-p",
      this.#dir,
      "-c",
      join(this.#dir, "nginx.conf"),
      "-e",
      join(this.#dir, "error.log"),
      "-g",
      "daemon off;",
    ];
  }

  #write(): void {
    writeFileSync(join(this.#dir, "nginx.conf"), this.#config());
  }

  #config(): string {
    const { options } = this;
    const server = options.server ?? (() => "max_fails=0");
    const root = process.getuid?.() === 0;
    const format = (options.logFormat ?? nginxLogFormat).replaceAll("'", "\\'");
    return [
      ...(root ? ["user root;"] : []),
      "worker_processes 1;",
      `error_log ${this.#dir}/error.log notice;`,
      `pid ${this.#dir}/nginx.pid;`,
      "events { worker_connections 512; }",
      "http {",
      `  log_format lab '${format}';`,
      `  access_log ${this.#dir}/access.log lab;`,
      ...["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
        (kind) => `  ${kind}_temp_path ${this.#dir}/${kind};`,
      ),
      ...(options.http ?? []).map((line) => `  ${line}`),
      `  upstream ${options.pool} {`,
      ...(options.upstream ?? []).map((line) => `    ${line}`),
      ...this.#nodes.map((node) => `    server ${node.address} ${server(node)};`),
      "  }",
      "  server {",
      `    listen 127.0.0.1:${this.port};`,
      "    location / {",
      `      proxy_pass http://${options.passTo ?? options.pool};`,
      "      proxy_http_version 1.1;",
      '      proxy_set_header Connection "";',
      ...(options.location ?? []).map((line) => `      ${line}`),
      "    }",
      "  }",
      "}",
      "",
    ].join("\n");
  }

  /** Reloads with another set of nodes, and waits until the new workers answer. */
  async reload(nodes: Backend[]): Promise<void> {
    this.#nodes = nodes;
    this.#write();
    const notices = () =>
      readFileSync(join(this.#dir, "error.log"), "utf8").split("gracefully shutting down").length;
    const before = notices();
    this.#process?.signal("SIGHUP");
    await until(`${this.name} has reloaded`, () => notices() > before);
  }

  /** Waits until every request that was sent here has its line. */
  async logged(): Promise<void> {
    await until(
      `${this.name} has logged ${this.sent} requests`,
      () => this.lines.length >= this.sent,
    );
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
  }
}

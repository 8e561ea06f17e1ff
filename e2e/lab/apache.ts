import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SourceInput } from "@/lib/schemas/ingest";
import type { Backend } from "./backend";
import type { Entrance } from "./client";
import { until } from "./patience";
import { freePort } from "./ports";
import { Balancer } from "./process";

/** The log format of the lab's Apache: mod_proxy_balancer's own words beside the cookies. */
export const apacheLogFormat =
  '%a %l %u [%{%Y-%m-%dT%H:%M:%S}t.%{usec_frac}t%{%z}t] "%r" %>s %b %D "%{BALANCER_WORKER_NAME}e" "%{BALANCER_SESSION_ROUTE}e" "%{BALANCER_WORKER_ROUTE}e" "%{sid}C" "%{Set-Cookie}o" "%{X-Request-ID}i" "%{User-Agent}i"';

export interface ApacheOptions {
  name: string;
  dir: string;
  pool: string;
  nodes: Backend[];
  /** What stands after a member's address and route, such as `retry=60`. */
  member?: (node: Backend) => string;
  /** `ProxySet` of the balancer, such as `stickysession=ROUTEID`. */
  set?: string[];
  /** Further lines of the server, such as the `Header` that sets the route's cookie. */
  server?: string[];
  logFormat?: string;
  source?: Partial<SourceInput>;
}

/** The line that has Apache set the cookie its `stickysession` reads (mod_proxy_balancer, "Examples"). */
export const routeCookie =
  'Header add Set-Cookie "ROUTEID=.%{BALANCER_WORKER_ROUTE}e; path=/" env=BALANCER_ROUTE_CHANGED';

const modules = [
  "mpm_event",
  "authz_core",
  "headers",
  "proxy",
  "proxy_http",
  "proxy_balancer",
  "slotmem_shm",
  "lbmethod_byrequests",
];

/** A real Apache with mod_proxy_balancer that logs to a file. */
export class Apache implements Entrance {
  readonly options: ApacheOptions;
  #nodes: Backend[];
  #process: Balancer | null = null;
  port = 0;
  sent = 0;

  constructor(options: ApacheOptions) {
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
      format: "apache",
      formatString: this.options.logFormat ?? apacheLogFormat,
      lb: this.name,
      pool: this.options.pool,
      timezone: "UTC",
      session: { cookie: "sid" },
      ...this.options.source,
    };
  }

  async start(): Promise<void> {
    mkdirSync(this.#dir, { recursive: true, mode: 0o777 });
    this.port = await freePort();
    this.#write();
    this.#process = new Balancer("apache2", [
      "-D",
      "FOREGROUND",
      "-f",
      join(this.#dir, "apache.conf"),
    ]);
    await this.#process.listening(this.port);
  }

  #write(): void {
    writeFileSync(join(this.#dir, "apache.conf"), this.#config());
  }

  #config(): string {
    const { options } = this;
    const member = options.member ?? (() => "");
    const format = (options.logFormat ?? apacheLogFormat).replaceAll('"', '\\"');
    return [
      `ServerRoot ${this.#dir}`,
      "ServerName lab",
      ...modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`),
      ...(process.getuid?.() === 0 ? ["User www-data", "Group www-data"] : []),
      `Listen 127.0.0.1:${this.port}`,
      `PidFile ${this.#dir}/apache.pid`,
      `DefaultRuntimeDir ${this.#dir}`,
      `ErrorLog ${this.#dir}/error.log`,
      "KeepAliveTimeout 60",
      // One process: what it knows of its members does not differ between children.
      "StartServers 1",
      "ServerLimit 1",
      "ThreadsPerChild 64",
      "MaxRequestWorkers 64",
      `LogFormat "${format}" lab`,
      `CustomLog ${this.#dir}/access.log lab`,
      `<Proxy "balancer://${options.pool}">`,
      ...this.#nodes.map(
        (node) => `  BalancerMember "http://${node.address}" route=${node.name} ${member(node)}`,
      ),
      ...(options.set ?? []).map((line) => `  ProxySet ${line}`),
      "</Proxy>",
      `ProxyPass "/" "balancer://${options.pool}/"`,
      ...(options.server ?? []),
      "",
    ].join("\n");
  }

  /** Restarts gracefully with another set of nodes, and waits until the new generation serves. */
  async reload(nodes: Backend[]): Promise<void> {
    this.#nodes = nodes;
    this.#write();
    const resumed = () =>
      readFileSync(join(this.#dir, "error.log"), "utf8").split("resuming normal operations").length;
    const before = resumed();
    this.#process?.signal("SIGUSR1");
    await until(`${this.name} has restarted`, () => resumed() > before);
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

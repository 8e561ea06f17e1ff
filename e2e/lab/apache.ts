import type { SourceInput } from "@/lib/schemas/ingest";
import type { Backend } from "./backend";
import { FileLogged, type FileLoggedOptions } from "./file-logged";

/** The log format of the lab's Apache: mod_proxy_balancer's own words beside the cookies. */
export const apacheLogFormat =
  '%a %l %u [%{%Y-%m-%dT%H:%M:%S}t.%{usec_frac}t%{%z}t] "%r" %>s %b %D "%{BALANCER_WORKER_NAME}e" "%{BALANCER_SESSION_ROUTE}e" "%{BALANCER_WORKER_ROUTE}e" "%{sid}C" "%{Set-Cookie}o" "%{X-Request-ID}i" "%{User-Agent}i"';

export interface ApacheOptions extends FileLoggedOptions {
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

/** A real Apache with mod_proxy_balancer. */
export class Apache extends FileLogged<ApacheOptions> {
  protected readonly reloading = {
    signal: "SIGUSR1",
    notice: "resuming normal operations",
  } as const;

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

  protected command(config: string) {
    return { program: "apache2", args: ["-D", "FOREGROUND", "-f", config] };
  }

  protected config(): string {
    const { options } = this;
    const member = options.member ?? (() => "");
    const format = (options.logFormat ?? apacheLogFormat).replaceAll('"', '\\"');
    return [
      `ServerRoot ${this.dir}`,
      "ServerName lab",
      ...modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`),
      ...(process.getuid?.() === 0 ? ["User www-data", "Group www-data"] : []),
      `Listen 127.0.0.1:${this.port}`,
      `PidFile ${this.dir}/apache.pid`,
      `DefaultRuntimeDir ${this.dir}`,
      `ErrorLog ${this.dir}/error.log`,
      "KeepAliveTimeout 60",
      // One process: what it knows of its members does not differ between children.
      "StartServers 1",
      "ServerLimit 1",
      "ThreadsPerChild 64",
      "MaxRequestWorkers 64",
      `LogFormat "${format}" lab`,
      `CustomLog ${this.dir}/access.log lab`,
      `<Proxy "balancer://${options.pool}">`,
      ...this.nodes.map(
        (node) => `  BalancerMember "http://${node.address}" route=${node.name} ${member(node)}`,
      ),
      ...(options.set ?? []).map((line) => `  ProxySet ${line}`),
      "</Proxy>",
      `ProxyPass "/" "balancer://${options.pool}/"`,
      ...(options.server ?? []),
      "",
    ].join("\n");
  }
}

import type { SourceInput } from "@/lib/schemas/ingest";
import type { Backend } from "./backend";
import { FileLogged, type FileLoggedOptions } from "./file-logged";

/** The log format of the lab's NGINX: what a careful operator logs of an upstream. */
export const nginxLogFormat =
  '$remote_addr - $remote_user [$time_iso8601] "$request" $status $body_bytes_sent $msec $request_time "$upstream_addr" "$upstream_status" "$upstream_response_time" "$cookie_sid" "$upstream_cookie_sid" "$http_x_request_id" "$http_user_agent"';

export interface NginxOptions extends FileLoggedOptions {
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

/** A real NGINX. */
export class Nginx extends FileLogged<NginxOptions> {
  protected readonly reloading = { signal: "SIGHUP", notice: "gracefully shutting down" } as const;

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

  protected command(config: string) {
    const { dir } = this;
    return {
      program: "nginx",
      args: ["-p", dir, "-c", config, "-e", `${dir}/error.log`, "-g", "daemon off;"],
    };
  }

  protected config(): string {
    const { options } = this;
    const server = options.server ?? (() => "max_fails=0");
    const root = process.getuid?.() === 0;
    const format = (options.logFormat ?? nginxLogFormat).replaceAll("'", "\\'");
    return [
      ...(root ? ["user root;"] : []),
      "worker_processes 1;",
      `error_log ${this.dir}/error.log notice;`,
      `pid ${this.dir}/nginx.pid;`,
      "events { worker_connections 512; }",
      "http {",
      `  log_format lab '${format}';`,
      `  access_log ${this.dir}/access.log lab;`,
      ...["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
        (kind) => `  ${kind}_temp_path ${this.dir}/${kind};`,
      ),
      ...(options.http ?? []).map((line) => `  ${line}`),
      `  upstream ${options.pool} {`,
      ...(options.upstream ?? []).map((line) => `    ${line}`),
      ...this.nodes.map((node) => `    server ${node.address} ${server(node)};`),
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
}

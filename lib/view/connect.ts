/** What a balancer's configuration needs so that its log tells which session went where, and why. */

export const balancers = ["HAProxy", "NGINX", "AWS ALB"] as const;
export type Balancer = (typeof balancers)[number];

export interface ConnectGuide {
  /** What the lines below do. */
  note: string;
  code: string;
  /** Sends one file of it. */
  send: string;
}

export interface Place {
  /** Where Hopwatch answers, such as `http://127.0.0.1:3000`. */
  origin: string;
  /** The UDP and TCP port for syslog; null when it is off. */
  syslogPort: number | null;
}

const keyHeader = `-H "Authorization: Bearer $HOPWATCH_INGEST_KEY"`;

/** A command that sends a log file. */
export function sendFile({ origin }: Place, source: string, file: string): string {
  return `curl ${origin}/api/v1/logs/${source} \\\n  ${keyHeader} \\\n  --data-binary @${file}`;
}

/** A command that sends one session event. */
export function sendEvent({ origin }: Place): string {
  const event = `{"type":"session.created","sessionId":"try-1","node":"web-01","time":"'$(date -u +%FT%TZ)'"}`;
  return `curl ${origin}/api/v1/events \\\n  ${keyHeader} \\\n  -H 'Content-Type: application/x-ndjson' \\\n  -d '${event}'`;
}

/** A command that marks a deploy. */
export function sendChange({ origin }: Place): string {
  const change = `{"at":"'$(date -u +%FT%TZ)'","kind":"deploy","title":"deploy '$(git rev-parse --short HEAD)'"}`;
  return `curl ${origin}/api/v1/changes \\\n  ${keyHeader} \\\n  -H 'Content-Type: application/json' \\\n  -d '${change}'`;
}

export function connectGuide(balancer: Balancer, place: Place): ConnectGuide {
  const host = hostOf(place.origin);
  switch (balancer) {
    case "HAProxy":
      return {
        note: "Captures the app’s session cookie and a request ID, and logs HAProxy’s own persistence flags. Replace sid by the name of your session cookie.",
        code: [
          "global",
          place.syslogPort === null
            ? "    log 127.0.0.1:514 local0        # your syslog daemon writes the file"
            : `    log ${host}:${place.syslogPort} local0`,
          "",
          "frontend shop",
          "    log global",
          "    option httplog",
          "    capture cookie sid= len 63       # the session of a request",
          "    # the app puts it into its session events",
          "    http-request set-header X-Request-ID %[uuid()] unless { req.hdr(X-Request-ID) -m found }",
          "    http-request capture req.hdr(X-Request-ID) len 64",
          "",
          "backend web",
          "    cookie SERVERID insert indirect nocache",
          "    server web-01 10.0.1.11:8080 check cookie web-01",
        ].join("\n"),
        send: sendFile(place, "edge-haproxy", "/var/log/haproxy.log"),
      };
    case "NGINX":
      return {
        note: "One JSON object a line: the session cookie, the request ID, and every node that was tried. Replace sid by the name of your session cookie.",
        code: [
          "log_format hopwatch escape=json '{'",
          `  '"time":"$msec","request_time":"$request_time",'`,
          `  '"remote_addr":"$remote_addr","request":"$request","status":"$status",'`,
          `  '"body_bytes_sent":"$body_bytes_sent","host":"$host",'`,
          `  '"http_user_agent":"$http_user_agent",'`,
          `  '"upstream_addr":"$upstream_addr","upstream_status":"$upstream_status",'`,
          `  '"upstream_response_time":"$upstream_response_time",'`,
          `  '"request_id":"$request_id","cookie_sid":"$cookie_sid",'`,
          `  '"sent_http_set_cookie":"$sent_http_set_cookie"}';`,
          "",
          "access_log /var/log/nginx/hopwatch.log hopwatch;",
          "proxy_set_header X-Request-ID $request_id;   # the app puts it into its session events",
        ].join("\n"),
        send: sendFile(place, "edge-nginx", "/var/log/nginx/hopwatch.log"),
      };
    case "AWS ALB":
      return {
        note: "ALB’s log holds no cookie. The app sends a session event with the X-Amzn-Trace-Id of its request; that ties the two.",
        code: [
          "# 1. Turn access logs on",
          "aws elbv2 modify-load-balancer-attributes \\",
          "  --load-balancer-arn $ALB_ARN \\",
          "  --attributes Key=access_logs.s3.enabled,Value=true \\",
          "               Key=access_logs.s3.bucket,Value=$BUCKET",
          "",
          "# 2. In the app, after the session is read",
          `POST ${place.origin}/api/v1/events`,
          `{"type":"session.retrieved","sessionId":"<its session>",`,
          ` "correlationId":"<its X-Amzn-Trace-Id>","node":"<its host name>","time":"<now>"}`,
        ].join("\n"),
        send: [
          "aws s3 cp s3://$BUCKET/AWSLogs/…/file.log.gz - \\",
          `  | curl ${place.origin}/api/v1/logs/edge-alb \\`,
          `      ${keyHeader} \\`,
          "      -H 'Content-Encoding: gzip' --data-binary @-",
        ].join("\n"),
      };
  }
}

function hostOf(origin: string): string {
  const host = new URL(origin).hostname;
  return host === "localhost" ? "127.0.0.1" : host;
}

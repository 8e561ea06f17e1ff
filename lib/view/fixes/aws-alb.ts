import type { Directives } from "./fix";

const group = (...attributes: string[]) =>
  [
    "aws elbv2 modify-target-group-attributes \\",
    "  --target-group-arn $GROUP_ARN --attributes \\",
    ...attributes.map((one, index) => `    ${one}${index === attributes.length - 1 ? "" : " \\"}`),
  ].join("\n");

const sticky = (seconds: number) =>
  group(
    "Key=stickiness.enabled,Value=true",
    "Key=stickiness.type,Value=lb_cookie",
    `Key=stickiness.lb_cookie.duration_seconds,Value=${seconds}`,
  );

/** Elastic Load Balancing, target group attributes. */
export const awsAlb: Directives = {
  failover: () =>
    "aws elbv2 describe-target-health --target-group-arn $GROUP_ARN\naws elbv2 modify-target-group --target-group-arn $GROUP_ARN \\\n  --health-check-interval-seconds 10 --health-check-timeout-seconds 5 \\\n  --unhealthy-threshold-count 3",
  drain: () =>
    `# a target that is deregistered loses its sessions at once, sticky or not;\n# requests and WebSockets under way have this long\n${group("Key=deregistration_delay.timeout_seconds,Value=300")}`,
  "health-flap": () =>
    "aws elbv2 modify-target-group --target-group-arn $GROUP_ARN \\\n  --health-check-interval-seconds 30 --health-check-timeout-seconds 10 \\\n  --unhealthy-threshold-count 3 --healthy-threshold-count 5",
  "no-affinity": () => sticky(28_800),
  "pool-change": () => sticky(28_800),
  "lb-disagreement": () =>
    `# neither of two ALBs reads the other's AWSALB: one ALB for one host name.\n# Weighted target groups need stickiness of the groups:\naws elbv2 modify-listener --listener-arn $LISTENER_ARN --default-actions \\\n  'Type=forward,ForwardConfig={TargetGroups=[…],TargetGroupStickinessConfig={Enabled=true,DurationSeconds=28800}}'`,
  "websocket-upgrade": () =>
    "# one rule for /ws and the rest: the same target group\naws elbv2 modify-rule --rule-arn $RULE_ARN \\\n  --actions Type=forward,TargetGroupArn=$GROUP_ARN",
  "cookie-not-set": () => sticky(28_800),
  "cookie-expired": () => sticky(86_400),
  "cookie-not-sent": () =>
    '# AWSALBCORS carries SameSite=None; Secure: the site must be HTTPS.\n# In the page: fetch(url, { credentials: "include" })',
  "cookie-invalid": () =>
    "# AWSALBTGCookieInvalid: a client or proxy URL-encodes cookies.\n# Which targets are gone or unhealthy?\naws elbv2 describe-target-health --target-group-arn $GROUP_ARN",
  // The answer that sets the app's cookie carries the ALB's too: the browser keeps a pair.
  "concurrent-start": () =>
    group(
      "Key=stickiness.enabled,Value=true",
      "Key=stickiness.type,Value=app_cookie",
      "Key=stickiness.app_cookie.cookie_name,Value=sid",
      "Key=stickiness.app_cookie.duration_seconds,Value=28800",
    ),
  unknown: () =>
    "# the log has no cookie: let the app send its X-Amzn-Trace-Id with each session event",
};

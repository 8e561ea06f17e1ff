import type { ChangeKind } from "@/lib/domain/facts";
import { ipAddressOf } from "../addresses";
import { jsonFormat, namesAll } from "../json-format";
import type { Members } from "../json-members";
import { rejected, unexpected } from "../rejection";

/**
 * AWS target health: one TargetHealthDescription of `describe-target-health` a line.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetHealth.html
 */
export const awsTargetHealth = jsonFormat({
  name: "aws-target-health",
  aliases: [],
  title: "AWS target health",
  recognise: (head) => (namesAll(head, "TargetHealth", "Target") ? 0.95 : 0),
  read: (line, { clock, headerAt, receivedAt }) => {
    const target = line.inside("Target");
    const id = target.text("Id");
    if (id === null) {
      return rejected('member "Target.Id": missing; one target a line, as the documentation shows');
    }
    const health = line.inside("TargetHealth");
    const state = health.text("State");
    const change = state === null ? undefined : states[state];
    if (state === null || change === undefined) {
      return unexpected(
        'member "TargetHealth.State"',
        Object.keys(states).join(", "),
        state ?? "nothing",
      );
    }
    const told = line.moment(clock, "time", "Time", "timestamp", "at");
    return {
      kind: "change",
      // The answer has no time of its own: without one added, it is when it came.
      at: told?.at ?? headerAt ?? receivedAt,
      change,
      pool: poolOf(line),
      node: addressOf(id, target),
      lb: line.text("lb", "LoadBalancer"),
      title: titleOf(id, state, health),
      url: null,
      author: null,
    };
  },
});

const states: Readonly<Record<string, ChangeKind>> = {
  healthy: "node-up",
  unhealthy: "node-down",
  "unhealthy.draining": "node-drain",
  draining: "node-drain",
  unused: "node-maintenance",
  initial: "other",
  unavailable: "other",
};

/** `10.0.1.4:8080` as the access log names it; an instance or a function by its id. */
function addressOf(id: string, target: Members): string {
  const port = target.port("Port");
  if (port === null || ipAddressOf(id) === null) return id;
  return id.includes(":") ? `[${id}]:${port}` : `${id}:${port}`;
}

function poolOf(line: Members): string | null {
  return line.text("TargetGroupArn", "target_group_arn", "pool", "TargetGroup");
}

function titleOf(id: string, state: string, health: Members): string {
  const why = [health.text("Reason"), health.text("Description")].filter(Boolean).join(": ");
  return `Target ${id} is ${state}${why === "" ? "" : ` (${why})`}`.slice(0, 300);
}

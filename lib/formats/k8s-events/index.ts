import type { ChangeKind, ParsedLine } from "@/lib/domain/facts";
import { type JsonContext, jsonFormat, namesAll } from "../json-format";
import type { Members } from "../json-members";
import { rejected, unexpected } from "../rejection";

/**
 * Kubernetes Events (core/v1 and events.k8s.io/v1), bare or as `kubectl get
 * events --watch --output-watch-events` wraps them. Those that concern where
 * requests can go become changes; the others are rejected with their reason.
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
export const k8sEvents = jsonFormat({
  name: "k8s-events",
  aliases: ["kubernetes-events"],
  title: "Kubernetes Events",
  recognise: (head) =>
    namesAll(head, "reason") && (namesAll(head, "involvedObject") || namesAll(head, "regarding"))
      ? 0.95
      : 0,
  read,
});

/** What each reason says of the object that it is about. */
const kinds: Readonly<Record<string, ChangeKind>> = {
  Killing: "node-down",
  Unhealthy: "node-down",
  BackOff: "node-down",
  Failed: "node-down",
  SuccessfulDelete: "node-down",
  NodeNotReady: "node-down",
  OOMKilling: "node-down",
  SystemOOM: "node-down",
  ExceededGracePeriod: "node-down",
  CrashLoopBackOff: "node-down",
  Rebooted: "node-down",
  ProbeWarning: "other",
  FailedScheduling: "other",
  FailedKillPod: "other",
  FailedPreStopHook: "other",
  FailedPostStartHook: "other",
  Scheduled: "other",
  Created: "other",
  NodeHasDiskPressure: "other",
  NodeHasInsufficientMemory: "other",
  NodeHasInsufficientPID: "other",
  Evicted: "node-drain",
  Preempted: "node-drain",
  Preempting: "node-drain",
  TaintManagerEviction: "node-drain",
  NodeNotSchedulable: "node-drain",
  Drain: "node-drain",
  DeletingNode: "node-drain",
  RemovingNode: "node-drain",
  ScaleDown: "node-drain",
  Started: "node-up",
  NodeReady: "node-up",
  NodeSchedulable: "node-up",
  RegisteredNode: "node-up",
  SuccessfulCreate: "scale",
  ScalingReplicaSet: "scale",
  SuccessfulRescale: "scale",
  TriggeredScaleUp: "scale",
  DeploymentRollback: "deploy",
};

function read(outer: Members, { clock }: JsonContext): ParsedLine {
  const event = outer.has("object") ? outer.inside("object") : outer;
  const reason = event.text("reason");
  if (reason === null) return rejected('member "reason": missing, the line is no Event');
  const kind = kinds[reason];
  if (kind === undefined) {
    return unexpected('member "reason"', "one that concerns where requests go", reason);
  }
  const object = event.inside(event.has("regarding") ? "regarding" : "involvedObject");
  const message = event.text("message", "note") ?? "";
  const { at } =
    event.inside("series").moment(clock, "lastObservedTime") ??
    event.moment(clock, "lastTimestamp", "eventTime", "deprecatedLastTimestamp") ??
    event.inside("metadata").needed(clock, "creationTimestamp");
  const name = object.text("name");
  const where = [object.text("namespace"), name].filter(Boolean).join("/");
  const isStart = reason === "Unhealthy" && message.startsWith("Startup probe");
  return {
    kind: "change",
    at,
    change: isStart ? "other" : kind,
    pool: null,
    node: nodeOf(object.text("kind"), name, message),
    lb: null,
    title: `${reason} ${where}: ${message}`.slice(0, 300),
    url: null,
    author:
      event.text("reportingController", "reportingComponent") ??
      event.inside("source").text("component"),
  };
}

/** The pod that the event is about: the object itself, or the one that a ReplicaSet made or removed. */
function nodeOf(kind: string | null, name: string | null, message: string): string | null {
  if (kind === "Pod" || kind === "Node") return name;
  const pod = /^(?:Created|Deleted) pod: (\S{1,253})$/.exec(message);
  return pod?.[1] ?? null;
}

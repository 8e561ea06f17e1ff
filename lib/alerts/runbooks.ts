import { readFile } from "node:fs/promises";
import path from "node:path";
import { type Cause, causes } from "@/lib/domain/causes";

const things: Record<string, string> = {
  storage: "storage",
  imbalance: "imbalance",
  silent: "silent-source",
  rejects: "rejected-lines",
  "clock-offset": "clock-offset",
};

/** Which runbook stands for a cause or a thing; its file is `docs/runbooks/<name>.md`. */
export function runbookName(subject: string, cause: Cause | null): string {
  const thing = things[subject.split(":")[0] ?? ""];
  return thing ?? cause ?? "unknown";
}

/** Every name that a file may have. */
export const runbookNames: readonly string[] = [...causes, ...Object.values(things)];

const balancers: readonly [RegExp, string][] = [
  [/^haproxy/, "HAProxy"],
  [/^(?:ingress-nginx|nginx-ingress)/, "ingress-nginx"],
  [/^nginx/, "NGINX"],
  [/^aws-/, "AWS ALB"],
  [/^envoy/, "Envoy"],
  [/^traefik/, "Traefik"],
  [/^azure/, "Azure"],
  [/^k8s|^kubernetes/, "Kubernetes service"],
];

/** The heading under which a runbook speaks of the balancer that writes a format. */
export function balancerOf(format: string | null): string | null {
  return balancers.find(([known]) => known.test(format ?? ""))?.[1] ?? null;
}

/**
 * The runbook as the team keeps it, read anew each time; null where there is none.
 * @param own the team's folder, whose files stand in the place of ours; null: none
 */
export async function runbook(name: string, own: string | null): Promise<string | null> {
  if (!runbookNames.includes(name)) return null;
  const ours = path.join(process.cwd(), "docs", "runbooks");
  for (const folder of own === null ? [ours] : [own, ours])
    try {
      return await readFile(path.join(folder, `${name}.md`), "utf8");
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    }
  return null;
}

/**
 * The runbook with the part on the balancer first: what stands before the first
 * `##`, then that balancer's part, then the others.
 */
export function arranged(markdown: string, balancer: string | null): string {
  if (balancer === null) return markdown;
  const [head = "", ...parts] = markdown.split(/^(?=## )/m);
  const own = parts.filter((part) => part.startsWith(`## ${balancer}`));
  const rest = parts.filter((part) => !part.startsWith(`## ${balancer}`));
  return [head, ...own, ...rest].join("");
}

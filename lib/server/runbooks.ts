import { arranged, balancerOf, runbook } from "@/lib/alerts/runbooks";
import { Problem } from "@/lib/domain/problem";
import type { Runbook } from "@/lib/schemas/spread";
import { runtime } from "./runtime";

/**
 * The runbook of a cause or a thing, with the part on the balancer's kind first
 * where its source declares a format.
 * @throws {Problem} 404
 */
export async function readRunbook(name: string, lb: string | null): Promise<Runbook> {
  const { prisma, config } = runtime();
  const markdown = await runbook(name, config.runbooks);
  if (markdown === null)
    throw new Problem(404, "Runbook not found", "There is a runbook for each cause");
  const source =
    lb === null
      ? null
      : await prisma.source.findFirst({
          where: { OR: [{ lb }, { name: lb }], format: { not: "auto" } },
          orderBy: { id: "asc" },
        });
  const balancer = balancerOf(source?.format ?? null);
  const title = /^# (.*)$/m.exec(markdown)?.[1] ?? name;
  return { name, title, balancer, markdown: arranged(markdown, balancer) };
}

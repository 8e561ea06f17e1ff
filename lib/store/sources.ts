import { Prisma, type PrismaClient, type Source } from "@/prisma/client/client";

export type { PrismaClient, Source as SourceRow } from "@/prisma/client/client";

/** A source's rules, checked by the wire's schema before. */
export interface SourceColumns {
  format: string;
  formatString?: string | null | undefined;
  lb?: string | null | undefined;
  pool?: string | null | undefined;
  timezone?: string | null | undefined;
  session?: object | null | undefined;
  correlation?: object | null | undefined;
  affinity?: object | null | undefined;
  nodes?: readonly { name: string; addresses: string[] }[] | null | undefined;
}

/** Log sources: who sends lines, and how they are to be read. */

export async function findSource(prisma: PrismaClient, name: string): Promise<Source | null> {
  return await prisma.source.findUnique({ where: { name } });
}

/** The source of this name; one that is not known yet is entered, its lines' format to be found by itself. */
export async function sourceNamed(
  prisma: PrismaClient,
  name: string,
  now: number,
  demo = false,
): Promise<Source> {
  const known = await findSource(prisma, name);
  if (known) return known;
  // Two first deliveries at one time: the one that comes second finds what the first entered.
  await prisma.source.createMany({
    data: [{ name, demo, updatedAt: new Date(now) }],
    skipDuplicates: true,
  });
  return await prisma.source.findUniqueOrThrow({ where: { name } });
}

function json(value: object | null | undefined): Prisma.InputJsonValue | typeof Prisma.DbNull {
  return value ? { ...value } : Prisma.DbNull;
}

function columns(input: SourceColumns) {
  return {
    format: input.format,
    formatString: input.formatString ?? null,
    lb: input.lb ?? null,
    pool: input.pool ?? null,
    timezone: input.timezone ?? null,
    session: json(input.session),
    correlation: json(input.correlation),
    affinity: json(input.affinity),
    nodes: input.nodes ? input.nodes.map((node) => ({ ...node })) : Prisma.DbNull,
  };
}

/** Enters a source or changes it as a whole. */
export async function putSource(
  prisma: PrismaClient,
  name: string,
  input: SourceColumns,
  demo = false,
): Promise<{ source: Source; created: boolean }> {
  const before = await findSource(prisma, name);
  const source = await prisma.source.upsert({
    where: { name },
    create: { name, demo, ...columns(input) },
    update: columns(input),
  });
  return { source, created: before === null };
}

/** Forgets a source's rules; what it sent stays. Answers the rules it had, null when there was none. */
export async function deleteSource(prisma: PrismaClient, name: string): Promise<Source | null> {
  const known = await findSource(prisma, name);
  if (known) await prisma.source.deleteMany({ where: { name } });
  return known;
}

export async function allSources(prisma: PrismaClient): Promise<Source[]> {
  return await prisma.source.findMany({ orderBy: { name: "asc" } });
}

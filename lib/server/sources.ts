import { Problem } from "@/lib/domain/problem";
import { checkSource } from "@/lib/ingest/source-check";
import { sourceOf } from "@/lib/reports/sources";
import type { Source, SourceInput } from "@/lib/schemas/ingest";
import { deleteSource, findSource, putSource } from "@/lib/store/sources";
import { intake } from "./ingestion";
import { runtime } from "./runtime";

function unknown(name: string): Problem {
  return new Problem(404, "There is no such source", `No source is called "${name}".`);
}

/** @throws Problem 404 */
export async function readSource(name: string): Promise<Source> {
  const source = await findSource(runtime().prisma, name);
  if (!source) throw unknown(name);
  return sourceOf(source);
}

/**
 * Enters a source or changes it as a whole; what was judged by its rules is judged anew.
 * @throws Problem 422 where lines could not be read by these rules.
 */
export async function saveSource(
  name: string,
  input: SourceInput,
): Promise<{ source: Source; created: boolean }> {
  checkSource(input, Date.now());
  const { source, created } = await putSource(runtime().prisma, name, input);
  await intake().sourceChanged(source.pool);
  return { source: sourceOf(source), created };
}

/** Forgets a source's rules; what it sent stays. @throws Problem 404 */
export async function removeSource(name: string): Promise<void> {
  const source = await deleteSource(runtime().prisma, name);
  if (!source) throw unknown(name);
  await intake().sourceChanged(source.pool);
}

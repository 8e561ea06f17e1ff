import { createLoader, parseAsStringLiteral } from "nuqs/server";
import type { RangeParams } from "@/lib/browser/page-params";
import type { ChangesParams } from "@/lib/browser/queries/changes";
import { changeKinds } from "@/lib/domain/facts";

/** What the list of changes keeps in the URL, beside range and pool. */
export const changeParams = { kind: parseAsStringLiteral(changeKinds) };
export const loadChangeParams = createLoader(changeParams);
export type ChangeUrl = Awaited<ReturnType<typeof loadChangeParams>>;

/** What to ask: a page of the newest. */
export function changesAsked(range: RangeParams, { kind }: ChangeUrl): ChangesParams {
  return { ...range, limit: 200, ...(kind === null ? {} : { kind }) };
}

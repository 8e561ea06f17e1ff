import { isDeepStrictEqual } from "node:util";
import { fileRules, ownRules, readRules } from "@/lib/alerts/stored";
import { Problem } from "@/lib/domain/problem";
import type { Rules, RulesAnswer } from "@/lib/schemas/alerts";
import { putRules } from "@/lib/store/alerts/rows";
import { lookSoon } from "./alerts";
import { runtime } from "./runtime";

export async function listRules(): Promise<RulesAnswer> {
  const { prisma } = runtime();
  const file = await fileRules(prisma);
  const items = await readRules(prisma);
  if (file === null) return { items, file: null };
  const { rules, ...told } = file;
  return { items, file: { ...told, ids: rules.map(({ id }) => id) } };
}

/**
 * Puts these rules in the place of all that were; those of the file stay as it has them.
 * @throws Problem 409 for a change of a rule that comes from the file.
 */
export async function replaceRules({ items }: Rules): Promise<RulesAnswer> {
  const { prisma } = runtime();
  const file = await fileRules(prisma);
  const fromFile = new Map((file?.rules ?? []).map((rule) => [rule.id, rule]));
  const changed = items.find(({ id, ...rule }) => {
    const known = fromFile.get(id);
    return known !== undefined && !isDeepStrictEqual({ ...known }, { id, ...rule });
  });
  if (changed)
    throw new Problem(
      409,
      "The rule comes from the file",
      `"${changed.id}" is changed in ${file?.path}, not here.`,
    );
  await prisma.$transaction(async (rows) => {
    // What the file hides comes back when the file goes.
    const hidden = (await ownRules(rows)).filter(({ id }) => fromFile.has(id));
    const own = items.filter(({ id }) => !fromFile.has(id));
    await putRules(rows, [...own, ...hidden], Date.now());
  });
  lookSoon();
  return await listRules();
}

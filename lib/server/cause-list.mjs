// The list of causes, made from the files of lib/domain/causes: each that exports `about`, a plain literal, is one. So a
// new cause is one new file. The literals are copied, so that pages get the words without the judges.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const literal = /^export const about = (\{[\s\S]*?^\}) as const satisfies About;$/m;
const head =
  "// Made by lib/server/cause-list.mjs from the files of causes/; not kept in version control.\n";

/**
 * Writes `causes.generated.ts` and `judges.generated.ts` beside a folder of causes; leaves alone what is right.
 * @param {string} domain The folder `lib/domain`.
 */
export function listCauses(domain) {
  const folder = path.join(domain, "causes");
  const found = readdirSync(folder)
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .sort()
    .flatMap((file) => {
      const source = readFileSync(path.join(folder, file), "utf8");
      const about = literal.exec(source)?.[1];
      if (about === undefined) return [];
      return [{ name: file.slice(0, -3), about, judges: /^export function judge\(/m.test(source) }];
    });
  const judging = found.filter(({ judges }) => judges);
  const camel = (/** @type {string} */ name) =>
    name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
  write(
    path.join(domain, "causes.generated.ts"),
    `${head}import type { About } from "./cause-about";

export const abouts = [
${found.map(({ about }) => `${about},\n`).join("")}] as const satisfies readonly About[];
`,
  );
  write(
    path.join(domain, "judges.generated.ts"),
    `${head}${judging.map(({ name }) => `import * as ${camel(name)} from "./causes/${name}";\n`).join("")}
/** The judge of each cause that has one. */
export const judges = [${judging.map(({ name }) => camel(name)).join(", ")}];
`,
  );
}

/** @param {string} file @param {string} text */
function write(file, text) {
  try {
    if (readFileSync(file, "utf8") === text) return;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  writeFileSync(file, text);
}

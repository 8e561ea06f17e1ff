import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { causes } from "@/lib/domain/causes";
import { balancers, connectGuide } from "@/lib/view/connect";
import { fixFor } from "@/lib/view/fixes";
import { type BalancerKind, balancerKinds } from "@/lib/view/fixes/fix";

/** What pages and docs tell operators to type must be taken by the programs that it is for. */

interface Fragment {
  where: string;
  /** What stands behind the fence. */
  language: string;
  /** The version of the program that it needs, where it needs a newer one. */
  needs: string | null;
  text: string;
}

const root = new URL("../../", import.meta.url);

function pages(folder: string): string[] {
  return readdirSync(new URL(folder, root), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `${folder}${name}`);
}

function fragmentsOf(page: string): Fragment[] {
  const text = readFileSync(new URL(page, root), "utf8");
  return [...text.matchAll(/^```(\S*) ?(\S*)\n([\s\S]*?)\n```$/gm)].map((found) => ({
    where: `${page}:${text.slice(0, found.index).split("\n").length}`,
    language: found[1] ?? "",
    needs: found[2] === "" ? null : (found[2] ?? null),
    text: found[3] ?? "",
  }));
}

const written = [...pages("docs/"), "README.md", "CONTRIBUTING.md"].flatMap(fragmentsOf);

const languages: Partial<Record<BalancerKind, string>> = {
  HAProxy: "haproxy",
  NGINX: "nginx",
  Envoy: "yaml",
  Traefik: "yaml",
  "ingress-nginx": "yaml",
};
const place = { pool: "checkout", from: "10.0.1.11", to: "10.0.1.12" };

/** What the pages show beside a bounce, and while a balancer is connected. */
const shown: Fragment[] = [
  ...balancerKinds.flatMap((kind) =>
    causes.flatMap((cause): Fragment[] => {
      const { code } = fixFor(cause, kind, place);
      const language = languages[kind];
      if (code === null || language === undefined) return [];
      // Commands that stand beside the configuration are not part of it.
      const text = code.replace(/^(?:echo| {2}\|).*$/gm, "").replaceAll("ADDRESS", "10.0.1.11:80");
      const needs = /^\s*sticky /m.test(text) ? "1.29.6" : null;
      return [
        { where: `${kind}, ${cause}`, language, needs, text: text.replaceAll(":80:PORT", ":80") },
      ];
    }),
  ),
  ...balancers.flatMap((kind): Fragment[] => {
    const language = languages[kind];
    const { code } = connectGuide(kind, { origin: "http://10.0.0.5:3000", syslogPort: 5514 });
    return language === undefined
      ? []
      : [{ where: `how to connect ${kind}`, language, needs: null, text: code }];
  }),
];

const every = [...written, ...shown];

function of(language: string): Fragment[] {
  return every.filter((fragment) => fragment.language === language && fragment.text.trim() !== "");
}

/** What a program says; `ok` is whether it ended well. Null where it is not installed. */
function run(
  program: string,
  args: string[],
  input = "",
): Promise<{ ok: boolean; said: string } | null> {
  return new Promise((resolve) => {
    const child = execFile(program, args, (error, out, err) => {
      if (error !== null && "code" in error && error.code === "ENOENT") resolve(null);
      else resolve({ ok: error === null, said: `${out}${err}` });
    });
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
}

type Answer = Awaited<ReturnType<typeof run>>;

/** What a program finds wrong. It is asked for all together first, which is quick, and then to tell which. */
async function faults(
  fragments: Fragment[],
  ask: (text: string) => Promise<Answer>,
  whole: (text: string, mark: number) => string,
): Promise<string[]> {
  const all = await ask(fragments.map(({ text }, at) => whole(text, at)).join("\n"));
  if (all === null || all.ok) return [];
  const found: string[] = [];
  for (const { where, text } of fragments) {
    const answer = await ask(whole(text, 0));
    if (answer !== null && !answer.ok) found.push(`${where}\n${answer.said}`);
  }
  return found.length > 0 ? found : [`all together\n${all.said}`];
}

/** Is `a` of at least the version `b`? */
function reaches(a: string, b: string): boolean {
  return a.localeCompare(b, "en", { numeric: true }) >= 0;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "fragments-"));
});
afterAll(() => rm(folder, { recursive: true }));

const haproxyDefaults =
  "defaults\n    mode http\n    log global\n    timeout connect 5s\n    timeout client 30s\n    timeout server 30s\n";
/** What any configuration has: somewhere to log to, and something to listen on. */
const haproxyStart = `global\n    log stdout format raw local0\n${haproxyDefaults}frontend any\n    bind :8080\n`;

/** A fragment as a configuration of its own; `mark` keeps the names of several apart. */
function wholeHaproxy(text: string, mark: number): string {
  const defaults = /^ +mode http$/m.test(text) ? "" : haproxyDefaults;
  const bound = text.replace(/^(frontend .*\n)(?![\s\S]*^ +bind )/m, "$1    bind :8080\n");
  const asked = [...text.matchAll(/^ *(?:default_backend|use_backend) +(\S+)/gm)];
  // The pages' own names stand for sections that the operator has.
  const missing = asked
    .filter(([, name]) => !text.includes(`backend ${name}\n`))
    .map(([, name]) => `backend ${name}\n    server one 10.0.1.11:8080\n`);
  return `${defaults}${bound}\n${missing.join("")}`.replace(
    /\b((?:backend|frontend|default_backend|use_backend|peers) +)(\w+)/g,
    `$1$2-${mark}`,
  );
}

async function askHaproxy(configuration: string) {
  const file = path.join(folder, "haproxy.cfg");
  await writeFile(file, `${haproxyStart}${configuration}`);
  const answer = await run("haproxy", ["-c", "-L", "lb1", "-f", file]);
  return answer && { ...answer, ok: answer.ok && !/\[(?:WARNING|ALERT)\]/.test(answer.said) };
}

function wholeNginx(text: string): string {
  const asked = /proxy_pass +http:\/\/(\w+);/.exec(text)?.[1];
  const upstream =
    asked === undefined || text.includes(`upstream ${asked}`)
      ? ""
      : `upstream ${asked} { server 10.0.1.11:8080; }\n`;
  const format = text.includes("log_format hopwatch") ? "" : "log_format hopwatch $msec;\n";
  const own = text
    .replace(/listen +\d+;/g, `listen unix:${folder}/a.sock;`)
    .replaceAll("/var/log/nginx/", `${folder}/`);
  const inside = /^location /m.test(text)
    ? `server { listen unix:${folder}/a.sock;\n${own}\n}`
    : own;
  return `pid ${folder}/nginx.pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n${format}${upstream}${inside}\n}\n`;
}

describe("What operators are told to write", () => {
  it("stands in docs under the name of its language", () => {
    const known =
      /^(?:sh|haproxy|nginx|yaml|json|toml|ini|ts|alloy|rsyslog|apache|caddy|tcl|pattern|log|events|json-paths|json-log)$/;
    for (const { where, language } of written) expect(language, where).toMatch(known);
  });

  it("is taken by HAProxy without a warning", async () => {
    expect(await faults(of("haproxy"), askHaproxy, wholeHaproxy)).toEqual([]);
  }, 60_000);

  it("is taken by NGINX", async () => {
    const version = /nginx\/([\d.]+)/.exec((await run("nginx", ["-v"]))?.said ?? "")?.[1];
    if (version === undefined) return;
    const found: string[] = [];
    for (const { where, needs, text } of of("nginx")) {
      if (needs !== null && !reaches(version, needs)) continue;
      const file = path.join(folder, "nginx.conf");
      await writeFile(file, wholeNginx(text));
      const answer = await run("nginx", ["-t", "-e", "stderr", "-p", folder, "-c", file]);
      if (answer?.ok === false) found.push(`${where}\n${answer.said}`);
    }
    expect(found).toEqual([]);
  }, 60_000);

  it("is understood by a shell", async () => {
    const ask = (text: string) => run("bash", ["-n"], text);
    expect(await faults(of("sh"), ask, (text) => text)).toEqual([]);
  }, 60_000);

  it("is YAML and JSON where it says so", async () => {
    const yaml = of("yaml").flatMap(({ where, text }) =>
      parseAllDocuments(text).flatMap((document) =>
        [...document.errors, ...document.warnings].map((fault) => `${where}: ${fault.message}`),
      ),
    );
    expect(yaml).toEqual([]);
    for (const { where, text } of of("json")) expect(() => JSON.parse(text), where).not.toThrow();
  });
});

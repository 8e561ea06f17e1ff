/**
 * What the rules cost: `npx tsx bench/alerts.ts [rules] [pools]`. A minute of
 * log time, on the mean of five, over pools that all have traffic: looked at
 * every ten seconds, and with lines of all pools that are committed each second
 * and looked at as the server does it. What the commits cost by themselves is
 * measured before and taken off. Budgets of long windows are looked at every
 * five minutes.
 */
import { rmSync } from "node:fs";
import { passableFolder } from "@/e2e/folder";
import { evaluate } from "@/lib/alerts/evaluate";
import { Looker } from "@/lib/alerts/look";
import { Pace } from "@/lib/alerts/pace";
import { firstRules, type Rule } from "@/lib/domain/alerts/rule";
import { putRules } from "@/lib/store/alerts/rows";
import { startCluster } from "@/lib/store/cluster";
import { createPool, timestampText } from "@/lib/store/database";
import { migrate } from "@/lib/store/migrate";
import { createPrisma } from "@/lib/store/prisma";
import { secondsOfFamily } from "./processor-time";

const [ruleCount = 200, poolCount = 50] = process.argv.slice(2).map(Number);
const minute = 60_000;
const now = Date.UTC(2026, 10, 21, 12);
const hours = 8;
const sessionsPerMinute = 20;
const minutes = 5;

const directory = passableFolder("bench");
const cluster = await startCluster({
  directory,
  database: "hopwatch",
  settings: { shared_buffers: "256MB", fsync: "off", synchronous_commit: "off" },
});

/** The rules of a first start again and again, each time a little less strict. */
function rules(): Rule[] {
  return Array.from({ length: ruleCount }, (_, n): Rule => {
    const rule = firstRules[n % firstRules.length];
    if (!rule) throw new Error("there are rules");
    return { ...rule, id: `${rule.id}-${n}`, minTraffic: rule.minTraffic + n };
  });
}

/** The process under which Postgres' others run. */
async function postmaster(): Promise<number> {
  const client = createPool(cluster.url);
  const { rows } = await client.query("SELECT pg_read_file('postmaster.pid') AS text");
  await client.end();
  return Number(String(rows[0]?.text).split("\n")[0]);
}

try {
  await migrate(cluster.url);
  const db = createPool(cluster.url);
  const prisma = createPrisma(db);
  const start = `timestamptz '${timestampText(now - hours * 3_600_000)}'`;
  await db.query(`
    INSERT INTO pools (id, name) SELECT p, 'pool-' || p FROM generate_series(1, ${poolCount}) p;
    INSERT INTO lbs (id, name) VALUES (1, 'edge-1'), (2, 'edge-2');
    INSERT INTO nodes (id, pool, name)
      SELECT p * 10 + n, p, 'web-' || n FROM generate_series(1, ${poolCount}) p, generate_series(1, 6) n;
    INSERT INTO node_minutes (pool, node, minute, lb, requests, client_errors, errors)
      SELECT p, p * 10 + n, ${start} + interval '1 minute' * m, lb, 500, 0, 0
      FROM generate_series(1, ${poolCount}) p, generate_series(1, 6) n, generate_series(1, 2) lb,
        generate_series(0, ${hours * 60 + 4 * minutes}) m;
    INSERT INTO sessions (session, pool, first_seen, last_seen, requests, nodes, lbs)
      SELECT md5(p || ' ' || m || ' ' || s)::uuid, p, ${start} + interval '1 minute' * m,
        ${start} + interval '1 minute' * (m + 10), 30, ARRAY[p * 10 + 1 + s % 6], '{1}'
      FROM generate_series(1, ${poolCount}) p, generate_series(0, ${hours * 60}) m,
        generate_series(1, ${sessionsPerMinute}) s;
    INSERT INTO bounces (session, at, id, pool, lb, previous, previous_at, from_node, to_node, is_return, cause,
      class, confidence, evidence)
      SELECT md5(p || ' ' || m || ' 1')::uuid, ${start} + interval '1 minute' * m, md5(p || ' b ' || m)::uuid, p, 1,
        md5('x')::uuid, ${start}, p * 10 + 1, p * 10 + 2, false, 'cookie-not-sent', 'client', 0.9, '[]'
      FROM generate_series(1, ${poolCount}) p, generate_series(0, ${hours * 60}, 5) m;
    INSERT INTO alert_clocks (pool, looked_to)
      SELECT p, timestamptz '${timestampText(now - minute)}' FROM generate_series(1, ${poolCount}) p;
    ANALYZE;`);
  await putRules(prisma, rules(), now);
  const looker = new Looker(now - 3_600_000);
  const dirty = () =>
    db.query("UPDATE alert_clocks SET dirty_from = $1", [timestampText(at - 15_000)]);
  let at = now;
  await dirty();
  await evaluate(db, prisma, looker, at);
  const postgres = await postmaster();
  /** Processor time of some minutes, ms for each: ours, and Postgres'. */
  const measured = async (run: () => Promise<void>) => {
    const cpu = process.cpuUsage();
    const before = secondsOfFamily(postgres);
    await run();
    const used = process.cpuUsage(cpu);
    return {
      ours: (used.user + used.system) / 1000 / minutes,
      theirs: ((secondsOfFamily(postgres) - before) * 1000) / minutes,
    };
  };
  const looks: number[] = [];
  const look = async () => {
    const start = performance.now();
    await evaluate(db, prisma, looker, at);
    const workMs = performance.now() - start;
    looks.push(Math.round(workMs));
    return workMs;
  };
  const rested = await measured(async () => {
    for (let n = 0; n < 6 * minutes; n++) {
      at += 10_000;
      await dirty();
      await look();
    }
  });
  const restedLooks = looks.splice(0);
  let seconds = 0;
  /** A second's lines of all pools. */
  const commit = async () => {
    at += 1000;
    seconds += 1;
    const second = `timestamptz '${timestampText(at)}'`;
    await db.query(`
      BEGIN;
      UPDATE node_minutes SET requests = requests + 8 WHERE minute = date_trunc('minute', ${second}) - interval '1 minute';
      INSERT INTO sessions (session, pool, first_seen, last_seen, requests, nodes, lbs)
        SELECT md5(p || ' live ' || ${seconds})::uuid, p, ${second}, ${second}, 1, ARRAY[p * 10 + 1 + (${seconds} / 3 + p) % 6], '{1}'
        FROM generate_series(1, ${poolCount}) p WHERE p % 3 = ${seconds} % 3;
      COMMIT;`);
  };
  const committed = await measured(async () => {
    for (let second = 0; second < 60 * minutes; second++) await commit();
  });
  // Up to date, and nothing saved, as it is when lines come steadily.
  const pace = new Pace();
  for (let n = 0; n < 10; n++) {
    await dirty();
    pace.restAfter(await look(), at, at);
  }
  looks.splice(0);
  const live = await measured(async () => {
    let next = at;
    let marked: number | null = null;
    for (let second = 0; second < 60 * minutes; second++) {
      await commit();
      marked ??= at - 1000;
      if (at < next) continue;
      await db.query("UPDATE alert_clocks SET dirty_from = $1", [timestampText(marked)]);
      const workMs = await look();
      next = at + pace.restAfter(workMs, marked, at);
      marked = null;
    }
  });
  const row = (of: { ours: number; theirs: number }, each: number[]) => ({
    looks: each.length / minutes,
    "each (ms)": Math.round(each.reduce((sum, ms) => sum + ms, 0) / Math.max(1, each.length)),
    "of a core, our part (ms)": Math.round(of.ours),
    "of a core, Postgres' part (ms)": Math.round(of.theirs),
    "of a core (ms)": Math.round(of.ours + of.theirs),
  });
  console.log(`a minute, with ${ruleCount} rules over ${poolCount} pools`);
  console.table({
    "a look every ten seconds": row(rested, restedLooks),
    "lines each second": row(
      { ours: live.ours - committed.ours, theirs: live.theirs - committed.theirs },
      looks,
    ),
  });
  await prisma.$disconnect();
  await db.end();
} finally {
  await cluster.stop();
  rmSync(directory, { recursive: true, force: true });
}

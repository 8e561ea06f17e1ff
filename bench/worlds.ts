/**
 * Worlds with fourteen planted incidents of as many kinds, sent to a server of their own over HTTP, as fast as it takes
 * them: `npm run bench worlds [worlds] [first seed] [hours] [times the traffic] [minutes late]`. Six pools of 1 to 25
 * requests a second behind HAProxy, NGINX, Envoy and ALB; planned restarts, a rolling release, clients and nodes that
 * err now and then. Needs a build. Where `bench days` plays days with causes that are known bounce by bounce, this one
 * knows only what a stranger knows, and asks the interface: sources that fall silent and lines that cannot be read too.
 */
import { startOwnServer } from "@/e2e/own-server";
import { faultsOfWorld } from "./worlds/judge";
import { sendWorld } from "./worlds/send";
import { planWorld } from "./worlds/world";

const [worlds = 2, firstSeed = 1, hours = 8, scale = 1, lateMinutes = 0] = process.argv
  .slice(2)
  .map(Number);
let failed = 0;
for (let seed = firstSeed; seed < firstSeed + worlds; seed += 1) {
  const world = planWorld({ seed, from: Date.UTC(2026, 10, 19, 7), hours, scale });
  const server = await startOwnServer();
  try {
    const began = performance.now();
    const alerts = await sendWorld(server, world, lateMinutes * 60_000);
    const faults = faultsOfWorld(world, alerts);
    failed += faults.length;
    console.log(
      `world ${seed}: ${world.incidents.length} incidents, ${alerts.filter(({ firedAt }) => firedAt !== null).length} alerts, ${faults.length} faults, ${Math.round((performance.now() - began) / 1000)} s`,
    );
    for (const fault of faults) console.log(`  ${fault}`);
  } finally {
    await server.stop();
  }
}
process.exit(failed === 0 ? 0 : 1);

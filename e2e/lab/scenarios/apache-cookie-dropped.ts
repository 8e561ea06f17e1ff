import { routeCookie } from "../apache";
import type { Scenario } from "../stage";

export const apacheCookieDropped: Scenario = {
  name: "apache-cookie-dropped",
  about: "some clients stop sending Apache's route cookie while their session goes on",
  async play(stage) {
    const nodes = await stage.nodesOf(3);
    const edge = await stage.apache({
      nodes,
      set: ["stickysession=ROUTEID"],
      server: [routeCookie],
      source: { affinity: { method: "cookie", cookie: "ROUTEID" } },
    });
    const forgetful = stage.clients(5, edge);
    const steady = stage.clients(5, edge);
    await stage.browse([...forgetful, ...steady], 3);
    for (let round = 0; round < 3; round += 1) {
      for (const client of forgetful) await client.get(stage.page(), { withhold: ["ROUTEID"] });
      await stage.browse(steady, 1);
    }
    await stage.browse([...forgetful, ...steady], 2);
    return { why: () => ({ cause: "cookie-not-sent" }) };
  },
};

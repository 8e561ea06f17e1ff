import { afterAll, beforeAll, expect, it } from "vitest";
import { withTransaction } from "./database";
import { firstNode, hasMoved, listOf, onlyNode, wasAtAny, wentThrough } from "./session-places";
import { type counted, miscounted } from "./testing/counted";
import { type TestDatabase, testDatabase } from "./testing/database";
import { SessionGains } from "./write/session-gains";
import { countedApart, countSessions } from "./write/session-spans";
import { addToSessions } from "./write/sessions";

const at = Date.UTC(2026, 10, 21, 12);
const session = "11111111-1111-1111-1111-111111111111";
let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const one = {
  session,
  pool: 1,
  firstSeen: at,
  lastSeen: at,
  requests: 1,
  client: null,
  demo: false,
};

async function gain(nodes: number[], lbs: number[]): Promise<void> {
  const gains = new SessionGains();
  gains.addGain({ ...one, nodes, lbs });
  await withTransaction(database.pool, async (client) => {
    const apart = await countedApart(client, gains);
    const counted = apart === "all" ? [session] : apart;
    await countSessions(client, counted, -1);
    await addToSessions(client, gains, counted.length === 0);
    await countSessions(client, counted, 1);
  });
}

const union = (...lists: number[][]) => [...new Set(lists.flat())].sort((a, b) => a - b);
const lists = [[], [3], [5], [3, 5], [1, 9]];

it.each(lists.flatMap((first) => lists.map((second) => [first, second])))(
  "a session that was on %j and then on %j was on both",
  async (first, second) => {
    await database.pool.query(
      "DELETE FROM sessions; DELETE FROM session_spans; DELETE FROM node_session_spans",
    );
    await gain(first, second);
    await gain(second, first);
    const nodes = union(first, second);
    const { rows } = await database.pool.query(
      `SELECT ${listOf("s", "node")} AS nodes, ${listOf("s", "lb")} AS lbs, ${onlyNode("s")} AS only, ${firstNode("s")} AS first,
         coalesce(${hasMoved("s")}, false) AS moved, ${wentThrough("s", "3")} AS through, ${wasAtAny("s", "node", "ARRAY[5, 7]")} AS at_any,
         s.nodes IS NULL AS is_short
       FROM sessions s`,
    );
    expect(rows).toEqual([
      {
        nodes,
        lbs: nodes,
        only: nodes.length === 1 ? nodes[0] : null,
        first: nodes[0] ?? null,
        moved: nodes.length > 1,
        through: nodes.includes(3),
        at_any: nodes.includes(5),
        is_short: nodes.length < 2,
      },
    ]);
    for (const table of ["session_spans", "node_session_spans"] satisfies (keyof typeof counted)[])
      expect((await database.pool.query(miscounted(table))).rows).toEqual([]);
  },
);

it.each([
  ["{}", [4], [4]],
  ["{4}", [4], [4]],
  ["{4}", [], [4]],
  ["{4}", [2], [2, 4]],
  ["{2,4}", [4], [2, 4]],
])(
  "a row of an earlier version with the list %s that comes to %j tells %j",
  async (had, comes, nodes) => {
    await database.pool.query("DELETE FROM sessions");
    await database.pool.query(
      `INSERT INTO sessions (session, pool, first_seen, last_seen, requests, nodes, lbs) VALUES ($1, 1, $2, $2, 1, $3, '{1}')`,
      [session, new Date(at), had],
    );
    await gain(comes, [1]);
    const { rows } = await database.pool.query(
      `SELECT ${listOf("s", "node")} AS nodes, ${onlyNode("s")} AS only, ${listOf("s", "lb")} AS lbs FROM sessions s`,
    );
    expect(rows).toEqual([{ nodes, only: nodes.length === 1 ? nodes[0] : null, lbs: [1] }]);
  },
);

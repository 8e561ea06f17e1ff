import type { Queryable } from "./query";

const known = new WeakMap<object, Promise<boolean>>();

/** Tests may ask in the cluster's words on one machine too: they give the same answers there. */
const always = process.env.HOPWATCH_CLUSTER_STATEMENTS === "1";

/** A statement that only one PostgreSQL server understands; for a cluster there is another in its place. */
export const onOneMachine = "/* on one machine */";

/** Whether a database lies on a Citus cluster. Asked once for each connection or pool. */
export function onCluster(db: Queryable): Promise<boolean> {
  if (always) return Promise.resolve(true);
  let answer = known.get(db);
  if (!answer) {
    answer = hasExtension(db);
    known.set(db, answer);
    // A question that failed is asked anew.
    answer.catch(() => known.delete(db));
  }
  return answer;
}

/** Whether a database has the extension, asked anew each time. */
export async function hasExtension(db: Queryable): Promise<boolean> {
  const { rows } = await db.query("SELECT FROM pg_extension WHERE extname = 'citus'");
  return rows.length > 0;
}

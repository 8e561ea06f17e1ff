import type { Pool } from "pg";
import type { EpochMs } from "@/lib/domain/facts";
import { Problem } from "@/lib/domain/problem";
import type { ChangeInput } from "@/lib/schemas/ingest";
import { withTransaction } from "@/lib/store/database";
import { BareRequests } from "@/lib/store/write/bare-requests";
import type { Dictionary } from "@/lib/store/write/dictionary";
import { writeLock } from "@/lib/store/write/locks";
import type { StoredChange } from "@/lib/store/write/marks";
import { dropChange, holdChange, putChange } from "@/lib/store/write/posted-changes";
import { markUnreviewed } from "@/lib/store/write/sessions";
import { reviewsOf } from "./batch-sums";
import { changeInsert } from "./deliveries";

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/**
 * Corrects a change that somebody posted, or (null) takes it back. The bounces
 * around it, where it was and where it is now, are marked to be judged again, in
 * the same transaction. Answers the change as it is then, and from when on
 * results may differ.
 * @throws {Problem} 404 where there is no such change, 409 where a log told of it: the same line would bring it back.
 */
export async function reviseChange(
  db: Pool,
  dictionary: Dictionary,
  id: string,
  input: ChangeInput | null,
): Promise<{ change: StoredChange | null; from: EpochMs }> {
  const change = input === null ? null : await changeOf(dictionary, id, input);
  return await withTransaction(db, async (client) => {
    await client.query("SELECT pg_advisory_xact_lock($1)", [writeLock]);
    const known = uuid.test(id) ? await holdChange(client, id) : null;
    if (known === null) throw new Problem(404, "Change not found", "No change has this id");
    if (!known.posted)
      throw new Problem(409, "Told by a log", "Only what somebody posted can be corrected");
    if (change === null) await dropChange(client, id);
    else await putChange(client, id, change);
    const concerned = [known, ...(change === null ? [] : [change])];
    await markUnreviewed(client, reviewsOf([], new BareRequests(), [], concerned));
    return { change, from: Math.min(...concerned.map(({ at }) => at)) };
  });
}

async function changeOf(
  dictionary: Dictionary,
  id: string,
  input: ChangeInput,
): Promise<StoredChange> {
  const told = changeInsert(input, null);
  if (told.pool !== null) await dictionary.learnPools([told.pool]);
  if (told.lb !== null) await dictionary.learnLbs([told.lb]);
  return {
    ...told,
    id,
    pool: told.pool === null ? null : dictionary.pool(told.pool),
    lb: told.lb === null ? null : dictionary.lb(told.lb),
  };
}

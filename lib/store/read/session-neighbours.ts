import { z } from "zod";
import { defineQuery, timestampParam } from "../query";

/**
 * The session that a session followed from: the one whose request is copied at
 * this one's head, where a response began it. Looks at that moment only.
 */
export const sessionBefore = defineQuery({
  name: "session-before",
  sql: `
    SELECT r.session FROM requests r
    WHERE r.started_at = $at::timestamptz AND r.id = $id::uuid
      AND NOT r.starts AND r.session <> $session::uuid AND r.tie > 0
    LIMIT 1`,
  params: z.object({ session: z.string(), id: z.string(), at: timestampParam }),
  row: z.object({ session: z.string() }),
});

const followers = (started: string) => `
    SELECT session, at FROM (
      ${started}
      UNION ALL
      SELECT e.session, e.at FROM session_events e
      WHERE e.previous_session = $session::uuid AND e.session <> $session::uuid
    ) next
    ORDER BY at LIMIT 20`;

/**
 * The sessions that followed: those that one of this session's requests began,
 * and those whose app event names this one as the session before. Both read
 * partial indexes that hold only such rows; a request is copied with its time,
 * so that those of the days `from` to `to` alone are looked at.
 */
export const sessionsAfter = defineQuery({
  name: "sessions-after",
  spread: followers(`SELECT r.session, r.started_at AS at FROM requests r
      WHERE r.starts AND r.id = ANY ($ids::uuid[]) AND r.session <> $session::uuid
        AND r.started_at BETWEEN $from::timestamptz AND $to::timestamptz`),
  // One by one: of a list the planner expects a hundred thousand rows.
  sql: followers(`SELECT r.session, r.started_at AS at
      FROM unnest($ids::uuid[]) AS own (id)
      CROSS JOIN LATERAL (
        SELECT * FROM requests r
        WHERE r.starts AND r.id = own.id AND r.session <> $session::uuid
          AND r.started_at BETWEEN $from::timestamptz AND $to::timestamptz
        LIMIT 20
      ) r`),
  params: z.object({
    session: z.string(),
    ids: z.array(z.string()),
    from: timestampParam,
    to: timestampParam,
  }),
  row: z.object({ session: z.string(), at: z.number() }),
});

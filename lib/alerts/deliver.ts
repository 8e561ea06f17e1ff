import { z } from "zod";
import { settleDelivery, skipOver, takeDue } from "@/lib/store/alerts/outbox";
import type { PrismaClient } from "@/lib/store/alerts/rows";
import type { Queryable } from "@/lib/store/query";
import { type Call, mostAttempts, type Notice, type Outcome, waitAfter } from "./channels/channel";
import { channelOf } from "./channels/registry";
import type { Send } from "./channels/send";
import { payloadSchema } from "./payload";

const atOnce = 8;

/**
 * Sends the words that are due, each channel's of one alert in order. What was
 * taken is noted when the receiver said so; a crash in between means one more
 * try under the same delivery id. Answers how many were due.
 */
export async function deliverDue(
  db: Queryable,
  prisma: PrismaClient,
  send: Send,
  options: { now: () => number; baseUrl: string },
): Promise<{ taken: number; alerts: string[] }> {
  await skipOver(db, {});
  const due = await takeDue(db, { now: options.now(), limit: atOnce });
  if (due.length === 0) return { taken: 0, alerts: [] };
  const rows = await prisma.alertChannel.findMany({
    where: { name: { in: [...new Set(due.map(({ channel }) => channel))] } },
  });
  await Promise.all(
    due.map(async (word) => {
      const row = rows.find(({ name }) => name === word.channel);
      const outcome: Outcome = row
        ? await tryOnce(send, () =>
            channelOf(row).call(noticeOf(word, payloadSchema.parse(word.payload), options.baseUrl)),
          )
        : { kind: "failed", answer: "The channel was removed" };
      const now = options.now();
      const again = outcome.kind === "later" && word.attempts < mostAttempts;
      await settleDelivery(db, {
        id: word.id,
        state: outcome.kind === "sent" ? "sent" : again ? "waiting" : "failed",
        answer: outcome.answer,
        now,
        next: again ? now + Math.max(waitAfter(word.attempts), outcome.afterMs ?? 0) : null,
      });
    }),
  );
  return { taken: due.length, alerts: [...new Set(due.map((word) => word.alert_id))] };
}

const wordSchema = z.enum(["firing", "acknowledged", "resolved"]);

function noticeOf(
  word: { alert_id: string; word: string; turn: number },
  payload: z.infer<typeof payloadSchema>,
  baseUrl: string,
): Notice {
  return {
    id: `${word.alert_id}-${word.turn}`,
    word: wordSchema.parse(word.word),
    ...payload,
    url: `${baseUrl}/alerts/${word.alert_id}`,
    test: false,
  };
}

/** One try; a connection that fails may come back. */
export async function tryOnce(send: Send, call: () => Call): Promise<Outcome> {
  let made: Call;
  try {
    made = call();
  } catch (error) {
    return { kind: "failed", answer: reasonOf(error) };
  }
  try {
    return await send(made);
  } catch (error) {
    return { kind: "later", answer: reasonOf(error), afterMs: null };
  }
}

/** What went wrong, in words; fetch hides the reason in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
  return `${error.message}${cause}`.slice(0, 500);
}

/** A word that only tries the channel out. */
export function testNotice(baseUrl: string, now: number): Notice {
  const at = new Date(now).toISOString();
  const id = `test-${now.toString(36)}`;
  return {
    id,
    word: "firing",
    at,
    url: `${baseUrl}/alerts`,
    test: true,
    content: null,
    first: null,
    alert: {
      id,
      fingerprint: id,
      state: "firing",
      severity: "warning",
      title: "Test of a channel",
      pool: null,
      subject: "test",
      cause: null,
      since: at,
      onset: at,
      firedAt: at,
      resolvedAt: null,
      acknowledgedAt: null,
      acknowledgedBy: null,
      silencedUntil: null,
      corrected: false,
      correction: null,
      rules: [],
      summary: "Hopwatch can reach this channel.",
      affectedSessions: null,
      lostSessions: null,
    },
  };
}

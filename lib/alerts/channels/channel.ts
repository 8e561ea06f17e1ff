import type { Word } from "@/lib/domain/alerts/announcements";
import type { Alert } from "@/lib/schemas/alert";
import type { AlertContent } from "@/lib/schemas/alerts";

/** What a channel is told: the alert as it was when the word was said. */
export interface Notice {
  /** The same at every try, and for nothing else. */
  id: string;
  word: Word;
  at: string;
  alert: Alert;
  content: AlertContent | null;
  /** The alert's page. */
  url: string;
  test: boolean;
}

export interface HttpCall {
  url: string;
  headers: Record<string, string>;
  body: string;
}

export interface SentAnswer {
  status: number;
  body: string;
}

/** What became of a try. */
export type Outcome =
  | { kind: "sent"; answer: string }
  /** The receiver may take it later; `afterMs` where it said when. */
  | { kind: "later"; answer: string; afterMs: number | null }
  | { kind: "failed"; answer: string };

/** A kind of receiver. */
export interface ChannelKindOf<Settings> {
  /** Whether it wants to hear of an incident that was over before anybody knew. */
  hears: (word: Word, foundOver: boolean) => boolean;
  call: (notice: Notice, settings: Settings) => HttpCall;
}

export function jsonCall(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): HttpCall {
  return {
    url,
    headers: { "content-type": "application/json", "user-agent": "Hopwatch", ...headers },
    body: JSON.stringify(body),
  };
}

/** The rules of HTTP: 2xx is taken, 408, 425, 429 and 5xx may be tried again, all else is a refusal. */
export function outcomeOf(answer: SentAnswer, retryAfter: string | null): Outcome {
  const said = `${answer.status} ${answer.body}`.trim().slice(0, 500);
  if (answer.status >= 200 && answer.status < 300) return { kind: "sent", answer: said };
  const seconds = Number(retryAfter);
  const afterMs = retryAfter !== null && seconds >= 0 ? Math.min(seconds, 3600) * 1000 : null;
  if ([408, 425, 429].includes(answer.status) || answer.status >= 500)
    return { kind: "later", answer: said, afterMs };
  return { kind: "failed", answer: said };
}

const firstWaitMs = 2_000;
const longestWaitMs = 5 * 60_000;
/** About two hours of tries. */
export const mostAttempts = 30;

/** How long to wait after so many tries: doubled each time, up to five minutes. */
export function waitAfter(attempts: number): number {
  return Math.min(longestWaitMs, firstWaitMs * 2 ** Math.max(0, attempts - 1));
}

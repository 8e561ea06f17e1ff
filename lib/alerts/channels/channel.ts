import type { Word } from "@/lib/domain/alerts/announcements";
import type { Alert } from "@/lib/schemas/alert";
import type { AlertContent } from "@/lib/schemas/alerts";
import type { First } from "../payload";
import type { ReviewNotice } from "../review-notice";

/** What a channel is told: the alert as it was when the word was said. */
export interface Notice {
  /** The same at every try, and for nothing else. */
  id: string;
  word: Word;
  at: string;
  alert: Alert;
  content: AlertContent | null;
  /** What this channel was told when it began; null: this is its beginning. */
  first: First;
  /** The alert's page. */
  url: string;
  test: boolean;
}

export interface HttpCall {
  kind: "http";
  url: string;
  headers: Record<string, string>;
  body: string;
}

export interface MailServer {
  host: string;
  port: number;
  /** `tls` from the start, `starttls` after the greeting (and not without), or `none`. */
  security: "starttls" | "tls" | "none";
  user: string;
  password: string;
}

/** A letter, and where it is posted. */
export interface Letter {
  kind: "mail";
  server: MailServer;
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
  /** The same at every try: a mailbox that got it twice shows it once. */
  messageId: string;
  /** The letter in whose thread it stands. */
  answers: string | null;
}

export type Call = HttpCall | Letter;

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
  /** Whether it keeps incidents of its own: what closes one wakes nobody, and is said in quiet hours too. */
  keepsIncidents: boolean;
  call: (notice: Notice, settings: Settings) => Call;
  /** Tells a weekly review; null where it is only for incidents. */
  review: ((review: ReviewNotice, settings: Settings) => Call) | null;
}

export function jsonCall(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): HttpCall {
  return {
    kind: "http",
    url,
    headers: { "content-type": "application/json", "user-agent": "Hopwatch", ...headers },
    body: JSON.stringify(body),
  };
}

export const wordNames: Record<Word, string> = {
  firing: "Firing",
  acknowledged: "Acknowledged",
  resolved: "Resolved",
};

/** The alert in a line: its state, its title, its pool. */
export function headline({ alert, word }: Notice): string {
  return `${wordNames[word]}: ${alert.title}${alert.pool === null ? "" : ` in ${alert.pool}`}`;
}

/** What there is to say under the headline, a sentence a line. */
export function tellingLines({ alert, content, word, test }: Notice): string[] {
  const told = [content?.summary ?? alert.summary ?? ""];
  if (word === "acknowledged" && alert.acknowledgedBy) told.push(`By ${alert.acknowledgedBy}.`);
  if (word === "resolved" && alert.subject.startsWith("silent:")) told[0] = "It sends again.";
  // What turned out to be otherwise comes before what was told.
  if (alert.correction !== null) told.unshift(`Corrected: ${alert.correction}.`);
  if (word !== "acknowledged") {
    told.push(`Since ${alert.since}${alert.resolvedAt ? `, until ${alert.resolvedAt}` : ""}.`);
    if (alert.rules.length > 0)
      told.push(`Rules: ${alert.rules.map(({ name }) => name).join("; ")}`);
  }
  if (test) told.unshift("This is a test.");
  return told.filter((line) => line !== "");
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

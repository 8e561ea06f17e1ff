import type { Log } from "./log";
import { type Sessions, sessionCookie } from "./sessions";

/** What somebody opens first. */
const firstPages = ["/", "/sessions", "/nodes"];
const patienceMs = 4000;

/**
 * Asks for the first pages once, as a visitor would, so that the code and the connections that the first visitor needs
 * are there: the first page after a start takes about ten times as long as the second. Whatever fails here shows to a
 * visitor too, with its reason; so it only ends the warming.
 */
export async function warmUp(url: string, sessions: Sessions, log: Log): Promise<void> {
  try {
    const cookie = (await sessions.hasPassword())
      ? `${sessionCookie}=${await sessions.issue()}`
      : null;
    for (const page of firstPages) {
      const answer = await fetch(url + page, {
        headers: cookie === null ? {} : { cookie },
        signal: AbortSignal.timeout(patienceMs),
      });
      await answer.arrayBuffer();
    }
  } catch (error) {
    log.debug({ err: error }, "the first pages could not be warmed up");
  }
}

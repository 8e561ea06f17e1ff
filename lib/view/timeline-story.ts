/** What happened at a hop, told from the request itself, in two or three short sentences. */
import type { Hop, Step } from "./timeline";
import type { Phrase } from "./timeline-verdict";

export function hopStory(hop: Hop, step: Step): Phrase[] {
  const { request, intended, sets } = step;
  const { to, from } = hop.bounce;
  const phrases: Phrase[] = [];

  if (intended.kind === "named") {
    phrases.push({ text: "The cookie named " }, { text: intended.node, strong: true });
    phrases.push({
      text: intended.node === to ? `; the request before had gone to ${from}. ` : ". ",
    });
  } else if (intended.kind === "unsent") {
    phrases.push({
      text: `${request.lb} had bound the session by a cookie; this request came without it. `,
    });
  }

  const tried = request.attempts.slice(0, -1).map((attempt) => attempt.node);
  const after = tried.length > 0 ? `, after trying ${listed(tried)}` : "";
  phrases.push(
    { text: `${request.lb} sent the request to ` },
    { text: to, strong: true },
    { text: `${after}${sets ? ` and bound the session to ${sets}` : ""}.` },
  );
  if (hop.bounce.isReturn) phrases.push({ text: " This is the way back after a move away." });
  if (hop.loss)
    phrases.push({
      text: hop.loss.lostTo
        ? ` The app did not know the session there: it was lost to ${hop.loss.lostTo}.`
        : " The app did not know the session there.",
    });
  return phrases;
}

/** From 0.9 on certain, from 0.6 likely, below that possible. */
export function confidenceWord(confidence: number): "certain" | "likely" | "possible" {
  if (confidence >= 0.9) return "certain";
  return confidence >= 0.6 ? "likely" : "possible";
}

function listed(names: readonly string[]): string {
  const distinct = [...new Set(names)];
  if (distinct.length < 2) return distinct[0] ?? "";
  return `${distinct.slice(0, -1).join(", ")} and ${distinct.at(-1)}`;
}

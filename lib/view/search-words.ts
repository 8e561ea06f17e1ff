/**
 * What a reader may have typed into a search. Only what cannot be a credential
 * may go into an address as it stands: everything else is looked up by POST
 * first, and the address then holds the public ids of what was found.
 */
export type SearchKind = "none" | "plain" | "perhaps-id" | "secret";

const address = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:]*:[0-9a-f.:]*)(?:\/\d{1,3})?$/i;
/** The beginning of a public id; a session ID of an app is longer. */
const shortId = /^[0-9a-f]{4,12}$/i;

/** @param names of nodes and balancers. */
export function searchKind(text: string, names: readonly string[]): SearchKind {
  const words = text.trim();
  if (words === "") return "none";
  if (/^[/*]/.test(words) || address.test(words)) return "plain";
  const part = words.toLowerCase();
  if (part.length > 1 && names.some((name) => name.toLowerCase().includes(part))) return "plain";
  return shortId.test(words) ? "perhaps-id" : "secret";
}

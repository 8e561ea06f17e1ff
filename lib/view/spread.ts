import type { Spread, SpreadPlace } from "@/lib/schemas/spread";
import { countOf, formatPercent } from "./numbers";

/** A piece of a sentence; strong ones are names and numbers. */
export interface SpreadWords {
  text: string;
  strong: boolean;
}

const plain = (text: string): SpreadWords => ({ text, strong: false });
const strong = (text: string): SpreadWords => ({ text, strong: true });

/** How a place stands, in two or three words; empty where there is nothing to compare with. */
export function standingWords({ standing, bounces }: Pick<SpreadPlace, "standing" | "bounces">) {
  switch (standing) {
    case "more":
      return "stands out";
    case "fewer":
      return bounces === 0 ? "not affected" : "less than others";
    case "alike":
      return "as the others";
    case "few":
      return "little traffic";
    case "only":
      return "";
  }
}

/** The pool by which a place is told from others of its name; null where its name is enough. */
export function poolToTell(place: SpreadPlace, among: readonly SpreadPlace[]): string | null {
  const isShared = among.some(({ name, pool }) => name === place.name && pool !== place.pool);
  return isShared ? place.pool : null;
}

/** Where the trouble is and where it is not, in a sentence for the balancers and one for the nodes; none without a bounce. */
export function spreadSentence({ bounces, balancers, nodes }: Spread): SpreadWords[] {
  if (bounces === 0) return [];
  return [
    ...about(balancers, "balancer", "of the bounces"),
    ...about(nodes, "node", "of the moves away"),
  ];
}

function about(places: readonly SpreadPlace[], kind: string, part: string): SpreadWords[] {
  if (places.length < 2) return [];
  const out = places.filter(({ standing }) => standing === "more");
  const spared = places.filter(({ standing }) => standing === "fewer");
  if (out.length === 0)
    return [plain(`No ${kind} stands out among ${countOf(places.length, kind)}. `)];
  const share = (read: (place: SpreadPlace) => number | null) =>
    formatPercent(
      out.reduce((sum, place) => sum + (read(place) ?? 0), 0),
      0,
    );
  return [
    ...named(out, places),
    plain(out.length === 1 ? " has " : " have "),
    strong(share(({ bounceShare }) => bounceShare)),
    plain(` ${part} with ${share(({ requestShare }) => requestShare)} of the requests`),
    ...(spared.length > 0
      ? [
          plain("; "),
          ...named(spared, places),
          plain(spared.length === 1 ? " is spared. " : " are spared. "),
        ]
      : [plain(". ")]),
  ];
}

const mostNamed = 3;

function named(places: readonly SpreadPlace[], among: readonly SpreadPlace[]): SpreadWords[] {
  const shown = places.length > mostNamed + 1 ? places.slice(0, mostNamed) : places;
  const left = places.length - shown.length;
  const words = shown.map((place) => {
    const pool = poolToTell(place, among);
    return pool === null ? place.name : `${place.name} of ${pool}`;
  });
  if (left > 0) words.push(`${left} more`);
  const last = words.pop() ?? "";
  return [strong(words.length > 0 ? `${words.join(", ")} and ${last}` : last)];
}

/** Something that the palette can find. */
export interface Findable {
  id: string;
  group: string;
  label: string;
  /** Further words by which it is found. */
  words?: string;
}

/** How well a text answers to one word: 3 begins with it, 2 has a word that does, 1 holds it, 0 not at all. */
function nearness(text: string, word: string): number {
  const at = text.indexOf(word);
  if (at < 0) return 0;
  if (at === 0) return 3;
  return text.split(/[^\p{L}\p{N}]+/u).some((part) => part.startsWith(word)) ? 2 : 1;
}

/** How well a thing answers to all that was typed; null where a word of it is nowhere. */
export function fitOf(item: Findable, typed: string): number | null {
  const label = item.label.toLowerCase();
  const more = `${item.group} ${item.words ?? ""}`.toLowerCase();
  let sum = 0;
  for (const word of typed.toLowerCase().split(/\s+/).filter(Boolean)) {
    const best = Math.max(3 * nearness(label, word), nearness(more, word));
    if (best === 0) return null;
    sum += best;
  }
  return sum;
}

export interface FoundGroup<Item> {
  group: string;
  items: Item[];
}

/**
 * What answers to what was typed, group by group: the group with the best answer first, at most `each` of a group.
 * Before anything is typed, all in the order given.
 */
export function foundIn<Item extends Findable>(
  items: readonly Item[],
  typed: string,
  each: number,
): FoundGroup<Item>[] {
  const groups = new Map<string, { item: Item; fit: number }[]>();
  for (const item of items) {
    const found = fitOf(item, typed);
    if (found === null) continue;
    const known = groups.get(item.group) ?? [];
    groups.set(item.group, known);
    known.push({ item, fit: found });
  }
  return [...groups]
    .map(([group, found]) => ({
      group,
      found: found.sort((a, b) => b.fit - a.fit).slice(0, each),
    }))
    .sort((a, b) => (b.found[0]?.fit ?? 0) - (a.found[0]?.fit ?? 0))
    .map(({ group, found }) => ({ group, items: found.map(({ item }) => item) }));
}

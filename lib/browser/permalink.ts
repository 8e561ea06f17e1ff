import { endsOf } from "@/lib/view/compare-windows";
import { defaultRange, pinRange } from "@/lib/view/time-range";

/**
 * The address that opens what is seen now: relative ends made absolute (of two windows too), the zone named.
 * @param ranged Whether the page has a range of its own.
 * @param follows Whether it takes in what comes later: the link says that it shall hold still.
 */
export function permalink(
  href: string,
  now: number,
  zone: string,
  { ranged, follows }: { ranged: boolean; follows: boolean },
): string {
  const url = new URL(href);
  if (ranged) {
    const pinned = pinRange(
      {
        from: url.searchParams.get("from") ?? defaultRange.from,
        to: url.searchParams.get("to") ?? defaultRange.to,
      },
      now,
    );
    url.searchParams.set("from", pinned.from);
    url.searchParams.set("to", pinned.to);
  }
  for (const name of ["before", "after"]) {
    const window = endsOf(url.searchParams.get(name) ?? "");
    if (!window) continue;
    const { from, to } = pinRange(window, now);
    url.searchParams.set(name, `${from}/${to}`);
  }
  url.searchParams.set("tz", zone === "UTC" ? "utc" : zone);
  if (follows) url.searchParams.set("live", "false");
  else url.searchParams.delete("live");
  return url.toString();
}

import { defaultRange, pinRange } from "@/lib/view/time-range";

/**
 * The address that opens what is seen now: relative ends made absolute, the zone named, live off.
 * Pages without a range of their own pass `ranged: false`.
 */
export function permalink(href: string, now: number, zone: string, ranged = true): string {
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
  url.searchParams.set("tz", zone === "UTC" ? "utc" : zone);
  url.searchParams.delete("live");
  return url.toString();
}

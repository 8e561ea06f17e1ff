import { publish } from "./live";

/** Open pages of these pools ask again. */
export function annotationsTouched(pools: string[]): void {
  publish([
    {
      type: "tick",
      at: new Date().toISOString(),
      requests: 0,
      events: 0,
      newestAt: null,
      pools,
      tail: [],
      dropped: 0,
    },
  ]);
}

/** How much of the shop is played: three hours behind, some minutes ahead, about 80,000 requests. */
export const demoVolume = {
  seed: 412,
  historyMs: 3 * 3_600_000,
  liveMs: 12 * 60_000,
  visitorsPerMinute: 40,
} as const;

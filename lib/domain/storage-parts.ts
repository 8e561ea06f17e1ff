/** What is stored, by kind. */
export const storageParts = ["requests", "events", "sessions", "figures", "other"] as const;
export type StoragePart = (typeof storageParts)[number];

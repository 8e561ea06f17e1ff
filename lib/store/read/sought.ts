import { z } from "zod";

/** What a search in a list looks for: any of those that are given. All null or empty with `sought` finds nothing. */
export const soughtParams = {
  sought: z.boolean(),
  /** Ranges of session hashes, two lists of one length. */
  soughtFrom: z.array(z.string()),
  soughtTo: z.array(z.string()),
  soughtClient: z.string().nullable(),
  soughtNodes: z.array(z.number()).nullable(),
  soughtLbs: z.array(z.number()).nullable(),
  /** A pattern for LIKE. */
  soughtPath: z.string().nullable(),
};
const sought = z.object(soughtParams);
export type Sought = z.infer<typeof sought>;

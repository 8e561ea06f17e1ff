import { z } from "zod";
import { timestampParam } from "../query";

/** A length of time as a parameter: given in milliseconds, sent as text that `$name::interval` understands. */
export const intervalParam = z.number().transform((ms) => `${ms} milliseconds`);

/**
 * The parameters of a question over a range and the period of the same length
 * before it, cut into steps.
 */
export const stepParams = {
  /** Where the period before begins, where the range begins and where it ends. */
  before: timestampParam,
  from: timestampParam,
  to: timestampParam,
  length: intervalParam,
  /** Where the first step begins, and how long one is. */
  start: timestampParam,
  step: intervalParam,
};

/** How the period before is laid over the range, and where the steps lie. */
export const laidParams = {
  length: stepParams.length,
  start: stepParams.start,
  step: stepParams.step,
};

/**
 * The columns `before` and `step` of a moment: whether it lies in the period
 * before, and the start of its step. A moment of the period before is laid
 * over the range, so that both periods share their steps.
 */
export function stepColumns(at: string): string {
  return `
    ${at} < $from::timestamptz AS before,
    date_bin(
      $step::interval,
      CASE WHEN ${at} < $from::timestamptz THEN ${at} + $length::interval ELSE ${at} END,
      $start::timestamptz
    ) AS step`;
}

import { timestampParam } from "../query";
import { intervalParam } from "./steps";

/**
 * Windows of time spread evenly over a range: one of `width` at the beginning
 * of each `period`. With both as long as the range, they are all of it.
 */
export const windowParams = {
  from: timestampParam,
  to: timestampParam,
  period: intervalParam,
  width: intervalParam,
};

/** Whether a moment of the range lies in a window. */
export function withinWindows(at: string): string {
  return `${at} < date_bin($period::interval, ${at}, $from::timestamptz) + $width::interval`;
}

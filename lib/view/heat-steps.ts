/** The step of a nine-step scale, 0 to 8, for a count; by square root, so that small ones stay apart. */
export function heatStep(value: number, most: number): number {
  if (value <= 0 || most <= 0) return 0;
  return Math.min(8, Math.max(1, Math.round(Math.sqrt(value / most) * 8)));
}

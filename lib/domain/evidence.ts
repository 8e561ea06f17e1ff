/** One fact that bears on a verdict: where it stands, what it says, what that means. */
export interface Evidence {
  field: string;
  value: string;
  meaning: string;
}

import type { ReactNode } from "react";

export type Tone = "plain" | "bad" | "warn" | "accent";

/** A word or two on a wash: a state, a count. */
export function Tag({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`tag ${tone === "plain" ? "" : tone}`}>{children}</span>;
}

import type { StickinessVerdict } from "@/lib/domain/stickiness-verdict";
import { Tag, type Tone } from "../ui/tag";

const tones: Record<StickinessVerdict, Tone> = {
  worse: "bad",
  better: "accent",
  intact: "plain",
  "not-enough-traffic": "warn",
};
const words: Record<StickinessVerdict, string> = {
  worse: "Worse",
  better: "Better",
  intact: "Intact",
  "not-enough-traffic": "Not enough traffic",
};

/** What stickiness did, in a word or three. */
export function VerdictTag({ verdict }: { verdict: StickinessVerdict }) {
  return <Tag tone={tones[verdict]}>{words[verdict]}</Tag>;
}

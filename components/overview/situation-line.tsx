"use client";

import { usePool, useRange } from "@/lib/browser/page-state";
import type { Overview } from "@/lib/schemas/results";
import { situation } from "@/lib/view/overview-situation";
import { rangeInWords } from "@/lib/view/time-range";
import { Time } from "../ui/time";

/** The page in one sentence. */
export function SituationLine({ overview }: { overview: Overview }) {
  const [pool] = usePool();
  const { range } = useRange();
  const told = situation(overview, pool, rangeInWords(range));
  if (!told) return null;
  return (
    <div className={`situation ${told.bad ? "bad" : ""}`} role="status">
      <p>
        {told.words.map((words, index) => {
          const key = `${index}-${words.kind}`;
          if (words.kind === "time")
            return (
              <b key={key}>
                <Time at={words.at} />
              </b>
            );
          return words.strong ? <b key={key}>{words.text}</b> : <span key={key}>{words.text}</span>;
        })}
      </p>
    </div>
  );
}

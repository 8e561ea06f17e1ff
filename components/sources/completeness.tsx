"use client";

import { causes } from "@/lib/domain/causes";
import { isDirective, logFieldWords } from "@/lib/domain/completeness";
import type { SourceCompleteness, SourceStatus } from "@/lib/schemas/ingest";
import { countOf } from "@/lib/view/numbers";
import { CopyButton } from "../ui/copy-button";
import { Tag } from "../ui/tag";

/** How many causes a source's log can prove, as a bar and in words; a button opens the rest. */
export function CompletenessMeter({
  source: { name, completeness },
  open,
  onToggle,
}: {
  source: SourceStatus;
  open: boolean;
  onToggle: () => void;
}) {
  if (!completeness) return <span className="text-fg-3">no lines lately</span>;
  const { score } = completeness;
  return (
    <button
      type="button"
      className="link inline-flex items-center gap-2 whitespace-nowrap"
      aria-expanded={open}
      aria-label={`What the log of ${name} can prove: ${provedWords(completeness)}`}
      onClick={onToggle}
    >
      <span className="proof-meter" aria-hidden="true">
        <i style={{ width: `${score * 100}%` }} />
      </span>
      {provedWords(completeness)}
    </button>
  );
}

/** Every cause but `unknown` can be proved by some log. */
const provable = causes.length - 1;

function provedWords({ proves }: SourceCompleteness): string {
  return `${proves.length} of ${countOf(provable, "cause")}`;
}

/** What a log proves, and the directive for each field that would prove the rest. */
export function CompletenessList({ source: { name, completeness } }: { source: SourceStatus }) {
  if (!completeness) return null;
  const { proves, missing } = completeness;
  return (
    <section className="proof-list" aria-label={`What the log of ${name} can prove`}>
      <p>
        <b>Proves</b>{" "}
        <span className="text-fg-2">
          {proves.length === 0 ? "no cause yet" : proves.join(", ")}
        </span>
      </p>
      {missing.length > 0 && (
        <ul>
          {missing.map(({ field, causes: unproved, directive }) => (
            <li key={field}>
              <p>
                <b>{`No ${logFieldWords[field]}`}</b>{" "}
                <span className="text-fg-2">{`so it cannot tell ${unproved.join(", ")}`}</span>
              </p>
              {isDirective(directive) ? (
                <p className="flex flex-wrap items-center gap-2">
                  <code>{directive}</code>
                  <CopyButton text={directive} />
                </p>
              ) : (
                <p className="text-fg-2">{sentence(directive)}</p>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Where the affinity that a source's lines show differs from the declared one. */
export function Mismatches({ source: { found } }: { source: SourceStatus }) {
  const differing = found.filter(({ mismatch }) => mismatch !== null);
  if (differing.length === 0) return null;
  return (
    <ul className="grid gap-1 pt-1">
      {differing.map(({ pool, lb, mismatch }) => (
        <li key={`${pool} ${lb}`} className="flex items-start gap-2 pb-1 text-12">
          <Tag tone="warn">differs</Tag>
          <span>{`${mismatch} (${[lb, pool].filter(Boolean).join(", ")})`}</span>
        </li>
      ))}
    </ul>
  );
}

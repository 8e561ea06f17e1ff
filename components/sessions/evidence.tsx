import type { Evidence } from "@/lib/domain/evidence";

/** The proof of a verdict, open within its list. */
export function EvidenceRows({ evidence }: { evidence: readonly Evidence[] }) {
  if (evidence.length === 0)
    return <p className="text-fg-2">The log carries no field that proves a cause.</p>;
  return (
    <dl className="ss-evidence">
      {evidence.map((fact, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same field may prove twice
        <div key={index}>
          <dt className="mono">{fact.field}</dt>
          <dd className="mono value">{fact.value}</dd>
          <dd className="text-fg-2">{fact.meaning}</dd>
        </div>
      ))}
    </dl>
  );
}

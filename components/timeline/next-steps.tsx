"use client";

import { parseAsStringLiteral, useQueryState } from "nuqs";
import { CauseChip } from "@/components/ui/cause-chip";
import { CodeBlock } from "@/components/ui/code-block";
import { Tag } from "@/components/ui/tag";
import { fixFor, kindsFor } from "@/lib/view/fixes";
import { balancerKind, balancerKinds } from "@/lib/view/fixes/fix";
import { ruledOut } from "@/lib/view/ruled-out";
import type { Hop, Step, TimelineModel } from "@/lib/view/timeline";

/** The steps against a hop's cause, with the directive of the balancer that it came through. */
export function NextSteps({ model, hop, step }: { model: TimelineModel; hop: Hop; step: Step }) {
  const { bounce } = hop;
  const own = balancerKind(model.formats.get(bounce.lb) ?? null, step.request.termination);
  const [chosen, setChosen] = useQueryState("fix", parseAsStringLiteral(balancerKinds));
  const kinds = kindsFor(bounce.cause);
  const wanted = chosen ?? own;
  const kind = wanted !== null && kinds.includes(wanted) ? wanted : null;
  const fix = fixFor(bounce.cause, kind, {
    pool: bounce.pool || "POOL",
    from: bounce.from,
    to: bounce.to,
  });
  const others = kinds.filter((other) => other !== kind);
  return (
    <section aria-label="What to do next">
      <h3 className="tl-subhead flex items-center gap-2">
        What to do next
        {kind !== null && (
          <span className="ml-auto">
            <Tag>{kind}</Tag>
          </span>
        )}
      </h3>
      <ol className="tl-steps">
        {fix.steps.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ol>
      {fix.code !== null && <CodeBlock code={fix.code} label={`${kind} directives`} />}
      {others.length > 0 && (
        <p className="tl-others">
          {kind === null ? "For " : "Other load balancer? "}
          {others.map((other) => (
            <button
              key={other}
              type="button"
              className="link"
              onClick={() => void setChosen(other)}
            >
              {other}
            </button>
          ))}
        </p>
      )}
    </section>
  );
}

/** What this hop was not, and how that is known. */
export function RuledOutList({
  model,
  hop,
  step,
  zone,
}: {
  model: TimelineModel;
  hop: Hop;
  step: Step;
  zone: string;
}) {
  const found = ruledOut(model, hop, step, zone);
  if (found.length === 0) return null;
  return (
    <>
      <h3 className="tl-subhead">Ruled out</h3>
      <ul className="tl-ruled">
        {found.map(({ cause, why }) => (
          <li key={cause}>
            <CauseChip cause={cause} />
            <span className="text-fg-3">{why}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "@/components/ui/link";
import { useKnownNodes } from "@/lib/browser/node-ordinals";
import { useCarriedHref, useRangeParams } from "@/lib/browser/page-state";
import { spreadOptions } from "@/lib/browser/queries/spread";
import { aboutCause } from "@/lib/domain/causes";
import type { Spread } from "@/lib/schemas/spread";
import { formatCount, formatPercent } from "@/lib/view/numbers";
import { FixButton } from "../fix/fix-button";
import { CauseChip } from "../ui/cause-chip";
import { LongName } from "../ui/long-name";
import { NodeName } from "../ui/node-mark";
import { Panel } from "../ui/panel";
import { Answer, Empty, SkeletonRows } from "../ui/states";

/** What would take most bounces away, with the fix for the balancer that shows them most. */
export function NextSteps() {
  const question = useQuery(spreadOptions(useRangeParams()));
  return (
    <Panel title="What to do next" note="bounces without returns">
      <Answer
        question={question}
        what="what to do next"
        loading={<SkeletonRows rows={8} what="what to do next" />}
      >
        {({ causes }) =>
          causes.length === 0 ? (
            <Empty title="Nothing to do">Every session of this range stayed on its node.</Empty>
          ) : (
            <ol className="next-steps">
              {causes.map((step) => (
                <Step key={step.cause} step={step} />
              ))}
            </ol>
          )
        }
      </Answer>
    </Panel>
  );
}

function Step({ step }: { step: Spread["causes"][number] }) {
  const href = useCarriedHref();
  const known = useKnownNodes();
  const { cause, lb, from, to } = step;
  return (
    <li>
      <p className="flex items-baseline gap-2">
        <CauseChip cause={cause} withClass />
        <span className="ml-auto text-12 text-fg-2">
          {formatCount(step.bounces)}, {formatPercent(step.share, 0)}
        </span>
      </p>
      <p className="font-medium">{aboutCause(cause).step}.</p>
      <p className="next-where text-12 text-fg-2">
        {lb !== "" && (
          <span>
            {formatPercent(step.lbShare, 0)} through{" "}
            <b>
              <LongName name={lb} />
            </b>
          </span>
        )}
        {from !== "" && to !== "" && (
          <span className="inline-flex items-center gap-1.5">
            {formatPercent(step.moveShare, 0)}
            <NodeName name={from} ordinal={known.ordinalOf(from)} />
            <span className="text-fg-3">to</span>
            <NodeName name={to} ordinal={known.ordinalOf(to)} />
          </span>
        )}
      </p>
      <div className="flex flex-wrap gap-2">
        <FixButton cause={cause} lb={lb} />
        <Link className="btn sm" href={href("/sessions", { tab: "bounces", cause })}>
          See these bounces
        </Link>
      </div>
    </li>
  );
}

"use client";

import "./compare.css";
import { useQuery } from "@tanstack/react-query";
import { useQueryStates } from "nuqs";
import { useNow } from "@/lib/browser/clock";
import { usePool, useRangeParams } from "@/lib/browser/page-state";
import { compareOptions } from "@/lib/browser/queries/compare";
import { useZone } from "@/lib/browser/zone";
import type { Comparison, Side } from "@/lib/schemas/compare";
import { sideNames } from "@/lib/view/compare";
import { countOf } from "@/lib/view/numbers";
import { formatRange } from "@/lib/view/times";
import { VerdictTag } from "../changes/verdict-tag";
import { CopyLink } from "../shell/copy-link";
import { PoolMenu } from "../shell/pool-menu";
import { ZoneButton } from "../shell/zone-button";
import { ChangeMark, changeWord } from "../ui/change-mark";
import { MarkdownMenu } from "../ui/markdown-menu";
import { Segmented } from "../ui/segmented";
import { Answer, SkeletonRows } from "../ui/states";
import { Time } from "../ui/time";
import { BalancerMenu } from "./balancer-menu";
import { ChangeList } from "./change-list";
import { CompareCauses } from "./compare-causes";
import { CompareFigures } from "./compare-figures";
import { compareAsked, compareParams, sideLengths } from "./compare-params";
import { WindowsMenu } from "./windows-menu";

/** What differs before and after: two windows, or the two sides of a change. */
export function CompareView() {
  const [url, setUrl] = useQueryStates(compareParams, { history: "push" });
  const [pool] = usePool();
  const range = useRangeParams();
  const now = useNow();
  const asked = compareAsked(range, url, now);
  const question = useQuery(compareOptions(asked));
  const aroundMoment = url.change !== null || (url.at !== null && !(url.before && url.after));
  return (
    <>
      <section className="ctx cp-bar" aria-label="What is compared">
        <PoolMenu />
        <WindowsMenu told={question.data ?? null} />
        {aroundMoment && (
          <Segmented
            label="Length of each side"
            options={sideLengths.map((value) => ({ value, label: value }))}
            value={url.window}
            onChange={(window) => void setUrl({ window })}
          />
        )}
        <BalancerMenu pool={pool} value={url.lb} onChange={(lb) => void setUrl({ lb })} />
        <span className="flex-1" />
        <ZoneButton />
        <MarkdownMenu path="/compare" params={{ ...asked }} />
        <CopyLink />
      </section>
      <h1 className="vh">Before and after</h1>
      <div className="cp-columns">
        <div className="min-w-0">
          <Answer
            question={question}
            what="the comparison"
            loading={<SkeletonRows rows={12} what="the comparison" />}
          >
            {(told) => (
              <>
                <Verdict told={told} />
                <CompareFigures told={told} />
                <CompareCauses told={told} />
              </>
            )}
          </Answer>
        </div>
        <ChangeList />
      </div>
    </>
  );
}

function Verdict({ told }: { told: Comparison }) {
  const { change, verdict, before, after } = told;
  const names = sideNames(told);
  return (
    <section className="cp-head" aria-label="Verdict">
      {change && (
        <p className="flex flex-wrap items-center gap-2 text-fg-2">
          <ChangeMark kind={change.kind} />
          <b className="text-fg">{change.title}</b>
          <span>
            {changeWord(change.kind)}
            {change.pool && ` in ${change.pool}`}, <Time at={change.at} day="always" />
            {change.author && `, ${change.author}`}
          </span>
          {change.url && (
            <a className="link" href={change.url} rel="noreferrer" target="_blank">
              Open its page
            </a>
          )}
        </p>
      )}
      <p className="cp-verdict" role="status">
        <VerdictTag verdict={verdict} />
        <span className={verdict === "worse" ? "text-bad" : undefined}>{told.words}</span>
      </p>
      <dl className="cp-sides">
        <SideWords name={names.before} side={before} />
        <SideWords name={names.after} side={after} />
      </dl>
      {!told.complete && (
        <p className="text-12 text-warn">The window after is not over: these figures still move.</p>
      )}
    </section>
  );
}

function SideWords({ name, side }: { name: string; side: Side }) {
  const { zone } = useZone();
  const now = useNow();
  return (
    <div>
      <dt>{name === side.pool ? <b className="text-fg">{name}</b> : capital(name)}</dt>
      <dd>
        <span suppressHydrationWarning>{formatRange(side.from, side.to, zone, now)}</span>
        <span className="text-fg-3">
          {countOf(side.sessions, "session")}, {countOf(side.requests, "request")}
        </span>
      </dd>
    </div>
  );
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

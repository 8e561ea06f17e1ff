"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useCarriedHref, usePool } from "@/lib/browser/page-state";
import { changesOptions } from "@/lib/browser/queries/changes";
import { gatherChanges } from "@/lib/view/overview-changes";
import { ChangeMark, changeWord } from "../ui/change-mark";
import { Panel } from "../ui/panel";
import { Answer, Empty } from "../ui/states";
import { Time } from "../ui/time";

const together = 5 * 60_000;
const most = 40;

/** The changes of the last week, newest first; each opens its two sides. */
export function ChangeList() {
  const [pool] = usePool();
  const chosen = useSearchParams().get("change");
  const href = useCarriedHref();
  const question = useQuery(
    changesOptions({ from: "now-7d", to: "now", ...(pool ? { pool } : {}) }),
  );
  return (
    <Panel title="Changes" note="last 7 days" className="cp-changes">
      <Answer question={question} what="the changes">
        {({ items }) => {
          const marks = gatherChanges(items, together).reverse().slice(0, most);
          if (marks.length === 0)
            return (
              <Empty title="No change was told">
                Post one from your pipeline: docs/connect.md shows how.
              </Empty>
            );
          return (
            <ul>
              {marks.map(({ change, reports }) => (
                <li key={change.id}>
                  <Link
                    href={href("/compare", { change: change.id })}
                    aria-current={change.id === chosen ? "true" : undefined}
                  >
                    <span className="flex min-w-0 items-center gap-2">
                      <ChangeMark kind={change.kind} />
                      <b className="truncate">{change.title}</b>
                    </span>
                    <span className="text-12 text-fg-2">
                      <Time at={change.at} day="always" precision="minute" />,{" "}
                      {changeWord(change.kind)}
                      {change.pool && ` in ${change.pool}`}
                      {reports > 1 && `, ${reports} reports`}
                    </span>
                  </Link>
                </li>
              ))}
            </ul>
          );
        }}
      </Answer>
    </Panel>
  );
}

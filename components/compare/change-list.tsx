"use client";

import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { useQueryStates } from "nuqs";
import { useState } from "react";
import Link from "@/components/ui/link";
import { useCarriedHref, usePool } from "@/lib/browser/page-state";
import { changesOptions } from "@/lib/browser/queries/changes";
import type { ListedChange } from "@/lib/schemas/changes";
import { gatherChanges } from "@/lib/view/overview-changes";
import { ChangeDialog } from "../changes/change-dialog";
import { ChangeVerdict } from "../changes/change-verdict";
import { IconButton } from "../ui/button";
import { ChangeMark, changeWord } from "../ui/change-mark";
import { Panel } from "../ui/panel";
import { Answer, Empty } from "../ui/states";
import { Time } from "../ui/time";
import { changesBeside, compareParams } from "./compare-params";

const together = 5 * 60_000;
const most = 40;

/** The changes of the last week, or of the week around fixed windows, with their verdicts, newest first; each opens its two sides. */
export function ChangeList() {
  const [pool] = usePool();
  const chosen = useSearchParams().get("change");
  const href = useCarriedHref();
  const [adding, setAdding] = useState(false);
  const [url] = useQueryStates(compareParams);
  const beside = changesBeside(pool, url);
  const question = useQuery(changesOptions(beside));
  return (
    <Panel
      title="Changes"
      note={beside.to === "now" ? "last 7 days" : "the week around"}
      className="cp-changes"
      actions={
        <>
          <Link
            className="link"
            href={href("/changes", { from: beside.from ?? null, to: beside.to ?? null })}
          >
            All
          </Link>
          <IconButton icon="plus" label="Note a change" onClick={() => setAdding(true)} />
        </>
      }
    >
      <Answer question={question} what="the changes">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No change was told">
              Post one from your pipeline, as docs/changes.md shows, or note it by hand.
            </Empty>
          ) : (
            <Rows items={items} chosen={chosen} />
          )
        }
      </Answer>
      <ChangeDialog open={adding} onClose={() => setAdding(false)} start={{ at: null, pool }} />
    </Panel>
  );
}

function Rows({ items, chosen }: { items: ListedChange[]; chosen: string | null }) {
  const href = useCarriedHref();
  const known = new Map(items.map((change) => [change.id, change]));
  const marks = gatherChanges(items, together).reverse().slice(0, most);
  return (
    <ul>
      {marks.map(({ change, reports }) => {
        const listed = known.get(change.id);
        return (
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
                <Time at={change.at} day="always" precision="minute" />, {changeWord(change.kind)}
                {change.pool && ` in ${change.pool}`}
                {reports > 1 && `, ${reports} reports`}
              </span>
              {listed && (listed.verdict || listed.verdictDue) && <ChangeVerdict change={listed} />}
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

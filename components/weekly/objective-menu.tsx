"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { ask } from "@/lib/browser/ask";
import { usePool } from "@/lib/browser/page-state";
import { objectivesOptions } from "@/lib/browser/queries/weekly";
import { type Objectives, objectivesSchema } from "@/lib/schemas/weekly";
import { Button } from "../ui/button";
import { TextField } from "../ui/field";
import { Icon } from "../ui/icon";
import { Popover } from "../ui/popover";
import { errorText } from "../ui/states";

/** The continuity rate that is aimed at: of the pool, or of all that have none of their own. */
export function ObjectiveMenu() {
  const [pool] = usePool();
  const { data } = useQuery(objectivesOptions());
  if (!data) return null;
  return (
    <ObjectiveChoice known={data} pool={pool}>
      <span className="text-fg-2">Objective</span>
    </ObjectiveChoice>
  );
}

/** The same for a pool that is named, or for all (null). */
export function ObjectiveChoice({
  known,
  pool,
  label,
  children,
}: {
  known: Objectives;
  pool: string | null;
  /** What the button is called where nothing before the figure says it. */
  label?: string;
  children?: ReactNode;
}) {
  const objective = (pool === null ? undefined : known.pools[pool]) ?? known.default;
  const percent = `${percentOf(objective)}%`;
  return (
    <Popover
      label={label === undefined ? undefined : `${label}: ${percent}`}
      trigger={
        <>
          {children}
          <b>{percent}</b>
          <Icon name="chevron-down" />
        </>
      }
    >
      {(close) => <ObjectiveForm known={known} pool={pool} close={close} />}
    </Popover>
  );
}

function percentOf(share: number): string {
  return String(Number((share * 100).toFixed(4)));
}

function ObjectiveForm({
  known,
  pool,
  close,
}: {
  known: Objectives;
  pool: string | null;
  close: () => void;
}) {
  const own = pool === null ? known.default : known.pools[pool];
  const [text, setText] = useState(own === undefined ? "" : percentOf(own));
  const [tried, setTried] = useState(false);
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (body: Objectives) => ask("/objectives", objectivesSchema, { method: "PUT", body }),
    onSuccess: async () => {
      close();
      await Promise.all(
        ["objectives", "weekly"].map((name) => client.invalidateQueries({ queryKey: [name] })),
      );
    },
  });
  const cleared = pool !== null && text.trim() === "";
  const percent = Number(text.replace(",", ".").replace("%", ""));
  const fits = cleared || (text.trim() !== "" && percent > 0 && percent < 100);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!fits) return;
    const share = Number((percent / 100).toFixed(8));
    if (pool === null) save.mutate({ ...known, default: share });
    else {
      const { [pool]: _former, ...others } = known.pools;
      save.mutate({ ...known, pools: cleared ? others : { ...others, [pool]: share } });
    }
  };
  return (
    <form className="flex max-w-[300px] flex-col gap-3" onSubmit={onSubmit}>
      <TextField
        label={pool === null ? "Continuity objective, %" : `Continuity objective of ${pool}, %`}
        hint={
          pool === null
            ? "Of all pools together, and of each that has none of its own."
            : `Empty: that of all pools, ${percentOf(known.default)}%.`
        }
        inputMode="decimal"
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.target.value)}
        error={
          tried && !fits
            ? "Give a number above 0 and below 100."
            : save.error
              ? errorText(save.error)
              : null
        }
      />
      <Button type="submit" look="primary" disabled={save.isPending}>
        Save
      </Button>
    </form>
  );
}

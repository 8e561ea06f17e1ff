"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useNow } from "@/lib/browser/clock";
import { removeChangeOptions, saveChangeOptions } from "@/lib/browser/queries/changes";
import { poolsOptions } from "@/lib/browser/queries/pools";
import { useZone } from "@/lib/browser/zone";
import { type ChangeKind, changeKinds } from "@/lib/domain/facts";
import { type ChangeInput, changeInputSchema } from "@/lib/schemas/ingest";
import type { ChangeMark } from "@/lib/schemas/results";
import { entryOf, readEntry } from "@/lib/view/range-entry";
import { resolveTime } from "@/lib/view/time-range";
import { zoneName } from "@/lib/view/times";
import { Button } from "../ui/button";
import { changeWord } from "../ui/change-mark";
import { Dialog } from "../ui/dialog";
import { Select, TextField } from "../ui/field";
import { errorText } from "../ui/states";
import { useToast } from "../ui/toast";

/** What a new change begins with. */
export interface ChangeStart {
  /** Epoch ms; null: now. */
  at: number | null;
  pool: string | null;
}

/** Notes a change by hand, or corrects one that was posted. */
export function ChangeDialog({
  open,
  onClose,
  known = null,
  start,
}: {
  open: boolean;
  onClose: () => void;
  /** The change to be corrected; null for a new one. */
  known?: ChangeMark | null;
  start?: ChangeStart;
}) {
  return (
    <Dialog open={open} onClose={onClose} title={known ? "Correct the change" : "Note a change"}>
      <ChangeForm known={known} start={start ?? { at: null, pool: null }} onDone={onClose} />
    </Dialog>
  );
}

type Draft = Record<"at" | "pool" | "node" | "lb" | "title" | "url" | "author", string> & {
  kind: ChangeKind;
};

function ChangeForm({
  known,
  start,
  onDone,
}: {
  known: ChangeMark | null;
  start: ChangeStart;
  onDone: () => void;
}) {
  const client = useQueryClient();
  const say = useToast();
  const { zone } = useZone();
  const [openedAt] = useState(useNow());
  const { data } = useQuery(poolsOptions());
  const save = useMutation(saveChangeOptions(client));
  const remove = useMutation(removeChangeOptions(client));
  const [draft, setDraft] = useState<Draft>({
    at: known
      ? entryOf(known.at, zone, openedAt)
      : entryOf(new Date(start.at ?? openedAt).toISOString(), zone, openedAt),
    kind: known?.kind ?? "deploy",
    pool: known ? (known.pool ?? "") : (start.pool ?? ""),
    node: known?.node ?? "",
    lb: known?.lb ?? "",
    title: known?.title ?? "",
    url: known?.url ?? "",
    author: known?.author ?? "",
  });
  const [errors, setErrors] = useState<Partial<Record<string, string>>>({});
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const read = readDraft(draft, known, zone, openedAt);
    setErrors(read.errors);
    if (read.change === null) return;
    save.mutate(
      { id: known?.id ?? null, change: read.change },
      {
        onSuccess: () => {
          say(known ? "The change is corrected." : "The change is noted.");
          onDone();
        },
      },
    );
  };
  const field = (name: Exclude<keyof Draft, "kind">, label: string, hint?: string) => (
    <TextField
      label={label}
      hint={hint}
      value={draft[name]}
      error={errors[name] ?? null}
      autoComplete="off"
      onChange={(event) => setDraft({ ...draft, [name]: event.target.value })}
    />
  );
  const failed = save.error ?? remove.error;
  return (
    <form className="form-grid pt-4" onSubmit={onSubmit} noValidate>
      <div className="whole">
        {field("title", "What changed", "deploy 4f1c2e9, nginx conf r118")}
      </div>
      <Select
        label="Kind"
        value={draft.kind}
        options={changeKinds.map((kind) => ({ value: kind, label: changeWord(kind) }))}
        onChange={(event) => {
          const kind = changeKinds.find((one) => one === event.target.value);
          if (kind) setDraft({ ...draft, kind });
        }}
      />
      {field("at", "When", `In ${zoneName(openedAt, zone)}; now-5m is understood too`)}
      <Select
        label="Pool"
        value={draft.pool}
        options={poolChoices(data?.items ?? [], draft.pool)}
        onChange={(event) => setDraft({ ...draft, pool: event.target.value })}
      />
      {field("node", "Node (optional)")}
      {field("lb", "Balancer (optional)")}
      {field("author", "Who (optional)")}
      <div className="whole">{field("url", "Link (optional)")}</div>
      <div className="whole flex items-center justify-end gap-2 pt-2">
        {failed && (
          <p role="alert" className="mr-auto text-12 text-bad">
            {errorText(failed)}
          </p>
        )}
        {known && (
          <Button
            look="danger"
            icon="trash"
            className="mr-auto"
            disabled={remove.isPending}
            onClick={() =>
              remove.mutate(known.id, {
                onSuccess: () => {
                  say("The change is taken back.");
                  onDone();
                },
              })
            }
          >
            Take it back
          </Button>
        )}
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" look="primary" disabled={save.isPending}>
          {save.isPending ? "Saving" : known ? "Save" : "Note it"}
        </Button>
      </div>
    </form>
  );
}

function poolChoices(pools: { name: string }[], chosen: string) {
  const names = pools.map(({ name }) => name);
  return [
    { value: "", label: "All of them" },
    ...[...names, ...(chosen !== "" && !names.includes(chosen) ? [chosen] : [])].map((name) => ({
      value: name,
      label: name,
    })),
  ];
}

function readDraft(
  draft: Draft,
  known: ChangeMark | null,
  zone: string,
  now: number,
): { change: ChangeInput | null; errors: Partial<Record<string, string>> } {
  const entry = readEntry(draft.at, zone, now);
  // What was not touched keeps its milliseconds.
  const untouched = known !== null && draft.at === entryOf(known.at, zone, now);
  const at = untouched ? Date.parse(known.at) : entry === null ? null : resolveTime(entry, now);
  if (at === null) return { change: null, errors: { at: "Try 2026-11-21 02:38 or now-5m." } };
  const read = changeInputSchema.safeParse({
    at: new Date(at).toISOString(),
    kind: draft.kind,
    title: draft.title.trim(),
    ...Object.fromEntries(
      (["pool", "node", "lb", "url", "author"] as const).flatMap((name) =>
        draft[name].trim() === "" ? [] : [[name, draft[name].trim()]],
      ),
    ),
  });
  if (read.success) return { change: read.data, errors: {} };
  const words: Partial<Record<string, string>> = {
    title: "Say what changed, in at most 500 letters.",
    url: "Give a whole address: https://…",
  };
  return {
    change: null,
    errors: Object.fromEntries(
      read.error.issues.map(({ path, message }) => {
        const name = String(path[0] ?? "title");
        return [name, words[name] ?? message];
      }),
    ),
  };
}

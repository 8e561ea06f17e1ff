"use client";

import { type FormEvent, useState } from "react";
import type { ConditionKind, Rule } from "@/lib/domain/alerts/rule";
import { causes } from "@/lib/domain/causes";
import { kindWords } from "@/lib/view/alert-words";
import { Button } from "../ui/button";
import { Select, TextArea, TextField } from "../ui/field";
import { numberFields, type RuleDraft, readRule, usualNumbers } from "./rule-draft";

const kinds: ConditionKind[] = [
  "unexplained-bounces",
  "bounce-rate",
  "lost-sessions",
  "continuity",
  "ping-pong",
  "imbalance",
  "node-share",
  "clock-offset",
  "silent",
  "rejects",
];

/** A rule to be entered or changed. `onRule` gets it once it is whole. */
export function RuleForm({
  initial,
  before,
  taken,
  saving,
  error,
  onRule,
  onCancel,
}: {
  initial: RuleDraft;
  before: Rule | null;
  taken: ReadonlySet<string>;
  saving: boolean;
  error: string | null;
  onRule: (rule: Rule) => void;
  onCancel: () => void;
}) {
  const [draft, setDraft] = useState(initial);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const aboutSource = draft.kind === "silent" || draft.kind === "rejects";

  const bind = (
    field: Exclude<keyof RuleDraft, "id" | "kind" | "numbers">,
    path: string = field,
  ) => ({
    value: draft[field],
    error: errors[path] ?? null,
    onChange: (event: { target: { value: string } }) =>
      setDraft({ ...draft, [field]: event.target.value }),
  });
  const bindNumber = (name: string) => ({
    value: draft.numbers[name] ?? "",
    error: errors[name] ?? null,
    onChange: (event: { target: { value: string } }) =>
      setDraft({ ...draft, numbers: { ...draft.numbers, [name]: event.target.value } }),
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const read = readRule(draft, before, taken);
    setErrors(
      read.ok ? {} : Object.fromEntries(read.errors.map(({ path, message }) => [path, message])),
    );
    if (read.ok) onRule(read.rule);
  };

  return (
    <form className="form-grid pt-4" onSubmit={onSubmit} noValidate>
      <div className="whole">
        <TextField label="Name" {...bind("name")} autoComplete="off" />
      </div>
      <Select
        label="Condition"
        value={draft.kind}
        onChange={(event) => {
          const kind = kinds.find((known) => known === event.target.value);
          if (kind) setDraft({ ...draft, kind, numbers: usualNumbers(kind) });
        }}
        options={kinds.map((kind) => ({ value: kind, label: kindWords[kind] }))}
      />
      <Select
        label="Severity"
        {...bind("severity")}
        options={[
          { value: "critical", label: "Critical" },
          { value: "warning", label: "Warning" },
        ]}
      />
      {numberFields[draft.kind].map(({ name, label }) => (
        <TextField key={name} label={label} {...bindNumber(name)} inputMode="decimal" />
      ))}
      {draft.kind === "continuity" && (
        <div className="whole">
          <TextArea
            label="Windows"
            {...bindNumber("windows")}
            rows={3}
            className="mono"
            hint="One a line: long window in minutes, short window in minutes, burn rate"
          />
        </div>
      )}
      <TextField label="For, seconds" {...bind("forSeconds")} inputMode="numeric" />
      <TextField
        label={draft.kind === "continuity" ? "Least sessions" : "Least requests in the window"}
        {...bind("minTraffic")}
        inputMode="numeric"
      />
      <TextField
        label="Over below, % of the threshold"
        {...bind("clearBelow")}
        inputMode="decimal"
      />
      <TextField label="Over after, seconds" {...bind("clearForSeconds")} inputMode="numeric" />
      {aboutSource ? (
        <TextField label="Only source" {...bind("source")} autoComplete="off" />
      ) : (
        <>
          <TextField label="Only pool" {...bind("pool")} autoComplete="off" />
          <TextField label="Only load balancer" {...bind("lb")} autoComplete="off" />
          <TextField label="Only node" {...bind("node")} autoComplete="off" />
          <Select
            label="Only cause"
            {...bind("cause")}
            options={[
              { value: "", label: "Any" },
              ...causes.map((cause) => ({ value: cause, label: cause })),
            ]}
          />
        </>
      )}
      <div className="whole">
        <TextField
          label="Channels"
          {...bind("channels")}
          autoComplete="off"
          hint="Names with commas between; empty: all"
        />
      </div>
      <div className="whole flex items-center justify-end gap-2 pt-2">
        {error && (
          <p role="alert" className="mr-auto text-12 text-bad">
            {error}
          </p>
        )}
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" look="primary" disabled={saving}>
          {saving ? "Saving" : "Save rule"}
        </Button>
      </div>
    </form>
  );
}

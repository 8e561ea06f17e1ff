"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { AskError } from "@/lib/browser/ask";
import { saveSourceOptions } from "@/lib/browser/queries/sources";
import { affinityMethods } from "@/lib/domain/facts";
import { Button } from "../ui/button";
import { Select, TextArea, TextField } from "../ui/field";
import { errorText } from "../ui/states";
import { useToast } from "../ui/toast";
import { type FormatOption, formatNamed } from "./format-option";
import { type DraftErrors, isField, readDraft, type SourceDraft } from "./source-draft";

/** What Hopwatch knows of one log. `fixedName`: the source exists, its name stays. */
export function SourceForm({
  initial,
  fixedName,
  formats,
  onDone,
}: {
  initial: SourceDraft;
  fixedName: boolean;
  formats: FormatOption[];
  onDone: () => void;
}) {
  const client = useQueryClient();
  const say = useToast();
  const save = useMutation(saveSourceOptions(client));
  const [draft, setDraft] = useState({
    ...initial,
    format: formatNamed(formats, initial.format)?.name ?? initial.format,
  });
  const [errors, setErrors] = useState<DraftErrors>({});
  const format = formatNamed(formats, draft.format);

  const bind = (field: keyof SourceDraft) => ({
    value: draft[field],
    error: errors[field] ?? null,
    onChange: (event: { target: { value: string } }) =>
      setDraft({ ...draft, [field]: event.target.value }),
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const read = readDraft(draft);
    setErrors(read.ok ? {} : read.errors);
    if (!read.ok) return;
    save.mutate(
      { name: read.name, source: read.source },
      {
        onSuccess: () => {
          say(`Saved ${read.name}.`);
          onDone();
        },
        onError: (error) => {
          if (!(error instanceof AskError)) return;
          const found: DraftErrors = {};
          for (const { path, message } of error.errors) {
            const field = path.split(".")[0] ?? "";
            if (isField(field)) found[field] = message;
          }
          setErrors(found);
        },
      },
    );
  };

  return (
    <form className="form-grid pt-4" onSubmit={onSubmit} noValidate>
      <TextField
        label="Name"
        {...bind("name")}
        readOnly={fixedName}
        hint="Part of the address that lines are sent to"
        autoComplete="off"
      />
      <Select
        label="Format"
        {...bind("format")}
        options={[
          { value: "auto", label: "Found by itself" },
          ...formats.map(({ name, title }) => ({ value: name, label: title })),
        ]}
      />
      {format?.formatString !== "none" && draft.format !== "auto" && (
        <div className="whole">
          <TextArea
            label={
              format?.formatString === "required" ? "Format string" : "Format string (optional)"
            }
            {...bind("formatString")}
            rows={3}
            className="mono"
            hint="As in the balancer’s own configuration"
          />
        </div>
      )}
      <TextField label="Pool (where the log does not say)" {...bind("pool")} autoComplete="off" />
      <TextField label="Load balancer’s name" {...bind("lb")} autoComplete="off" />
      <Select
        label="The session is in"
        {...bind("sessionKind")}
        options={[
          { value: "", label: "Found by itself" },
          { value: "cookie", label: "a cookie" },
          { value: "header", label: "a header" },
          { value: "query", label: "a query parameter" },
          { value: "capture", label: "a captured field" },
        ]}
      />
      <TextField
        label="Named"
        {...bind("sessionName")}
        disabled={draft.sessionKind === ""}
        autoComplete="off"
      />
      <Select
        label="The correlation ID is in"
        {...bind("correlationKind")}
        options={[
          { value: "", label: "Found by itself" },
          { value: "header", label: "a header" },
          { value: "field", label: "a field" },
        ]}
      />
      <TextField
        label="Named"
        {...bind("correlationName")}
        disabled={draft.correlationKind === ""}
        autoComplete="off"
      />
      <Select
        label="Affinity"
        {...bind("affinity")}
        options={[
          { value: "", label: "Not declared" },
          ...affinityMethods.map((method) => ({ value: method, label: method })),
        ]}
      />
      <TextField
        label="Persistence cookie"
        {...bind("affinityCookie")}
        disabled={draft.affinity === ""}
        autoComplete="off"
      />
      <TextField
        label="Idle time, seconds"
        {...bind("idleSeconds")}
        inputMode="numeric"
        disabled={draft.affinity === ""}
      />
      <TextField
        label="Life time, seconds"
        {...bind("lifeSeconds")}
        inputMode="numeric"
        disabled={draft.affinity === ""}
      />
      <div className="whole">
        <TextArea
          label="Nodes’ addresses"
          {...bind("nodes")}
          rows={3}
          className="mono"
          hint="One node a line: web-01 = 10.0.1.11:8080. Needed only where names are not learned."
        />
      </div>
      <TextField
        label="Time zone of times without one"
        {...bind("timezone")}
        placeholder="UTC"
        autoComplete="off"
      />
      <div className="whole flex items-center justify-end gap-2 pt-2">
        {save.isError && (
          <p role="alert" className="mr-auto text-12 text-bad">
            {errorText(save.error)}
          </p>
        )}
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" look="primary" disabled={save.isPending}>
          {save.isPending ? "Saving" : "Save source"}
        </Button>
      </div>
    </form>
  );
}

"use client";

import "./notes.css";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, memo, useEffect, useRef, useState } from "react";
import { Button, IconButton } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { TextArea, TextField } from "@/components/ui/field";
import { errorText } from "@/components/ui/states";
import { Time } from "@/components/ui/time";
import { ask, tell } from "@/lib/browser/ask";
import { rememberName, useRememberedName } from "@/lib/browser/own-name";
import { useZone } from "@/lib/browser/zone";
import { type Annotation, annotationSchema } from "@/lib/schemas/results";
import { countOf } from "@/lib/view/numbers";
import { formatLocalTime, readLocalTime, zoneName } from "@/lib/view/times";

/** A note that is being written: a new one at a moment, or one that there is. */
export type NoteDraft = { at: number } | { note: Annotation };

/** What people wrote on this timeline, by its time; each is also a numbered mark on the plot. */
export const Notes = memo(function Notes({
  notes,
  chosen,
  onChoose,
  onEdit,
}: {
  notes: readonly Annotation[];
  chosen: string | null;
  onChoose: (note: Annotation) => void;
  /** Null where nothing can be changed: in a snapshot. */
  onEdit: ((note: Annotation) => void) | null;
}) {
  const row = useRef<HTMLLIElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another note chosen is what brings it into view
  useEffect(() => row.current?.scrollIntoView({ block: "nearest" }), [chosen]);
  if (notes.length === 0) return null;
  return (
    <section className="tl-notes" aria-label="Notes">
      <h2 className="vh">{countOf(notes.length, "note")}</h2>
      <ol>
        {notes.map((note, index) => (
          <li
            key={note.id}
            ref={note.id === chosen ? row : undefined}
            className={note.id === chosen ? "selected" : ""}
          >
            <button
              type="button"
              className="tl-note-number"
              aria-label={`Show note ${index + 1} on the timeline`}
              onClick={() => onChoose(note)}
            >
              {index + 1}
            </button>
            <span className="mono text-fg-2">
              <Time at={note.at} />
            </span>
            <span className="tl-note-text">{note.text}</span>
            <span className="text-12 text-fg-3">
              {note.author ?? "unnamed"}, <Time at={note.editedAt ?? note.createdAt} />
              {note.editedAt === null ? "" : ", edited"}
            </span>
            {onEdit && (
              <IconButton
                icon="edit"
                label={`Edit or remove note ${index + 1}`}
                onClick={() => onEdit(note)}
              />
            )}
          </li>
        ))}
      </ol>
    </section>
  );
});

/** Writes, changes or removes a note of a session. */
export function NoteDialog({
  sessionId,
  draft,
  onClose,
}: {
  sessionId: string;
  draft: NoteDraft | null;
  onClose: () => void;
}) {
  const title = draft && "note" in draft ? "Edit note" : "Add a note";
  return (
    <Dialog open={draft !== null} onClose={onClose} title={title}>
      {draft && <NoteForm sessionId={sessionId} draft={draft} onClose={onClose} />}
    </Dialog>
  );
}

function NoteForm({
  sessionId,
  draft,
  onClose,
}: {
  sessionId: string;
  draft: NoteDraft;
  onClose: () => void;
}) {
  const { zone } = useZone();
  const client = useQueryClient();
  const known = "note" in draft ? draft.note : null;
  const begin = "note" in draft ? Date.parse(draft.note.at) : draft.at;
  const remembered = useRememberedName();
  const [when, setWhen] = useState(formatLocalTime(begin, zone));
  const [text, setText] = useState(known?.text ?? "");
  const [author, setAuthor] = useState(known?.author ?? remembered);
  const path = `/sessions/${encodeURIComponent(sessionId)}/annotations`;
  // A field left as it was keeps the milliseconds that it does not show.
  const at = when === formatLocalTime(begin, zone) ? begin : readLocalTime(when, zone, begin);
  const done = async () => {
    await client.invalidateQueries({ queryKey: ["timeline"] });
    onClose();
  };
  const save = useMutation({
    mutationFn: (time: number) =>
      ask(known ? `${path}/${known.id}` : path, annotationSchema, {
        method: known ? "PUT" : "POST",
        body: {
          at: new Date(time).toISOString(),
          text: text.trim(),
          author: author.trim() || null,
        },
      }),
    onSuccess: done,
  });
  const remove = useMutation({
    mutationFn: (id: string) => tell(`${path}/${id}`, { method: "DELETE" }),
    onSuccess: done,
  });
  const error = save.error ?? remove.error;
  const busy = save.isPending || remove.isPending;
  return (
    <form
      className="flex flex-col gap-3 pt-3"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        if (at === null || text.trim() === "") return;
        rememberName(author.trim());
        save.mutate(at);
      }}
    >
      <TextArea
        label="Note"
        hint="Shown on the timeline, in exports and in snapshots."
        rows={3}
        maxLength={2000}
        required
        autoFocus
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <TextField
        label={`Time (${zoneName(begin, zone)})`}
        value={when}
        error={at === null ? "Write it as 2026-11-21 02:55:30, or 02:55" : null}
        onChange={(event) => setWhen(event.target.value)}
      />
      <TextField
        label="Your name (optional)"
        value={author}
        maxLength={200}
        onChange={(event) => setAuthor(event.target.value)}
      />
      {error && (
        <p role="alert" className="text-bad">
          {errorText(error)}
        </p>
      )}
      <p className="flex justify-end gap-2">
        {known && (
          <span className="mr-auto">
            <Button icon="trash" disabled={busy} onClick={() => remove.mutate(known.id)}>
              Remove
            </Button>
          </span>
        )}
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" type="submit" disabled={busy || at === null || text.trim() === ""}>
          {known ? "Save" : "Add note"}
        </Button>
      </p>
    </form>
  );
}

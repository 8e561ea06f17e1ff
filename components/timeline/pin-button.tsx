"use client";

import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Dialog } from "@/components/ui/dialog";
import { TextArea } from "@/components/ui/field";
import { Icon } from "@/components/ui/icon";
import Link from "@/components/ui/link";
import { errorText } from "@/components/ui/states";
import { apiPath, ask } from "@/lib/browser/ask";
import { snapshotSchema } from "@/lib/schemas/results";

/** Keeps the timeline as it is now, with a note, under a link of its own. */
export function PinButton({ id }: { id: string }) {
  const [open, setOpen] = useState(false);
  const [note, setNote] = useState("");
  const pin = useMutation({
    mutationFn: () =>
      ask("/snapshots", snapshotSchema, {
        method: "POST",
        body: { sessionId: id, ...(note.trim() ? { note: note.trim() } : {}) },
      }),
  });
  const link = pin.data ? new URL(pin.data.path, window.location.href).toString() : null;
  const close = () => {
    setOpen(false);
    setNote("");
    pin.reset();
  };
  return (
    <>
      <Button look="primary" icon="pin" onClick={() => setOpen(true)}>
        Pin snapshot
      </Button>
      <Dialog open={open} onClose={close} title={link ? "Snapshot pinned" : "Pin a snapshot"}>
        {link && pin.data ? (
          <div className="flex flex-col gap-3 pt-3">
            <p>
              It shows the session as it is now, and stays when the session's requests are gone.
            </p>
            <p className="flex flex-wrap items-center gap-2">
              <Link className="link mono break-all" href={pin.data.path}>
                {link}
              </Link>
              <CopyButton text={link} label="Copy link" />
            </p>
            <p className="flex flex-wrap items-center gap-2">
              <a
                className="btn"
                href={apiPath(`/snapshots/${pin.data.id}/export`, { format: "md" })}
                download
              >
                <Icon name="download" />
                Post-mortem as Markdown
              </a>
              <a
                className="btn"
                href={apiPath(`/snapshots/${pin.data.id}/export`, { format: "png" })}
                download
              >
                <Icon name="download" />
                PNG
              </a>
            </p>
            <p className="text-12 text-fg-3">
              The Markdown has the tables, and shows the picture of this snapshot.
            </p>
          </div>
        ) : (
          <form
            className="flex flex-col gap-3 pt-3"
            onSubmit={(event: FormEvent) => {
              event.preventDefault();
              pin.mutate();
            }}
          >
            <TextArea
              label="Note (optional)"
              hint="Shown above the snapshot. Markdown is not read."
              rows={3}
              maxLength={2000}
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
            {pin.error && (
              <p role="alert" className="text-bad">
                {errorText(pin.error)}
              </p>
            )}
            <p className="flex justify-end gap-2">
              <Button onClick={close}>Cancel</Button>
              <Button look="primary" icon="pin" type="submit" disabled={pin.isPending}>
                Pin
              </Button>
            </p>
          </form>
        )}
      </Dialog>
    </>
  );
}

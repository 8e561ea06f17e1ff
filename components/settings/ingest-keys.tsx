"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { keysOptions, makeKeyOptions, revokeKeyOptions } from "@/lib/browser/queries/settings";
import type { IngestKey } from "@/lib/schemas/settings";
import { Button } from "../ui/button";
import { CodeBlock } from "../ui/code-block";
import { Dialog } from "../ui/dialog";
import { TextField } from "../ui/field";
import { Panel } from "../ui/panel";
import { Answer, errorText } from "../ui/states";
import { Heading, Table } from "../ui/table";
import { Tag } from "../ui/tag";
import { Time } from "../ui/time";
import { useToast } from "../ui/toast";

/** The keys with which logs, events and changes are sent. */
export function IngestKeys() {
  const question = useQuery(keysOptions());
  const [making, setMaking] = useState(false);
  const [leaving, setLeaving] = useState<IngestKey | null>(null);
  return (
    <Panel
      title="Ingest keys"
      actions={
        <Button small icon="plus" onClick={() => setMaking(true)}>
          Make a key
        </Button>
      }
    >
      <p className="set-note">Who has one may send logs, events and changes, and read nothing.</p>
      <Answer question={question} what="the keys">
        {({ items }) => (
          <Table
            caption="Ingest keys"
            head={
              <>
                <Heading>Name</Heading>
                <Heading>Ends with</Heading>
                <Heading>Made</Heading>
                <Heading>
                  <span className="vh">Actions</span>
                </Heading>
              </>
            }
          >
            {items.map((key) => (
              <tr key={key.id}>
                <td>
                  <span className="inline-flex items-center gap-2">
                    <b>{key.name}</b>
                    {key.given && <Tag>given at start</Tag>}
                  </span>
                </td>
                <td className="mono">…{key.hint}</td>
                <td className="text-fg-2">
                  <Time at={key.createdAt} day="always" />
                </td>
                <td className="num">
                  {!key.given && (
                    <Button small aria-label={`Revoke ${key.name}`} onClick={() => setLeaving(key)}>
                      Revoke
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </Table>
        )}
      </Answer>
      <Dialog open={making} onClose={() => setMaking(false)} title="Make a key">
        <MakeKey onDone={() => setMaking(false)} />
      </Dialog>
      {leaving && <RevokeKey leaving={leaving} onDone={() => setLeaving(null)} />}
    </Panel>
  );
}

function MakeKey({ onDone }: { onDone: () => void }) {
  const client = useQueryClient();
  const make = useMutation(makeKeyOptions(client));
  const [name, setName] = useState("");
  const [tried, setTried] = useState(false);
  const fits = name.trim() !== "";
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (fits) make.mutate(name.trim());
  };
  if (make.data)
    return (
      <div className="grid gap-3 pt-3">
        <p className="text-fg-2">
          Copy it now: only its hash is kept, so it is never shown again. It is taken at once.
        </p>
        <CodeBlock label={`The key of ${make.data.name}`} code={make.data.key} />
        <div className="flex justify-end">
          <Button look="primary" onClick={onDone}>
            Done
          </Button>
        </div>
      </div>
    );
  return (
    <form className="grid gap-3 pt-3" onSubmit={onSubmit}>
      <TextField
        label="Name"
        hint="Who will send with it, such as edge-1 or the shop's CI."
        autoComplete="off"
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={
          tried && !fits
            ? "Give the key a name, so that it can be told from others."
            : make.error
              ? errorText(make.error)
              : null
        }
      />
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" look="primary" disabled={make.isPending}>
          Make the key
        </Button>
      </div>
    </form>
  );
}

function RevokeKey({ leaving, onDone }: { leaving: IngestKey; onDone: () => void }) {
  const client = useQueryClient();
  const say = useToast();
  const revoke = useMutation(revokeKeyOptions(client));
  return (
    <Dialog open onClose={onDone} title={`Revoke ${leaving.name}?`}>
      <p className="pt-2 text-fg-2">
        What is sent with the key that ends with {leaving.hint} is refused from now on. What came
        with it stays. This cannot be taken back; whoever needs one gets a new key.
      </p>
      {revoke.isError && (
        <p role="alert" className="pt-2 text-bad">
          {errorText(revoke.error)}
        </p>
      )}
      <div className="flex justify-end gap-2 pt-4">
        <Button onClick={onDone}>Keep</Button>
        <Button
          look="danger"
          disabled={revoke.isPending}
          onClick={() =>
            revoke.mutate(leaving.id, {
              onSuccess: () => {
                say(`Revoked ${leaving.name}.`);
                onDone();
              },
            })
          }
        >
          Revoke the key
        </Button>
      </div>
    </Dialog>
  );
}

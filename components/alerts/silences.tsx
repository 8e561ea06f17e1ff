"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { endSilenceOptions, silenceOptions, silencesOptions } from "@/lib/browser/queries/alerts";
import { poolsOptions } from "@/lib/browser/queries/pools";
import type { Silence } from "@/lib/schemas/alerts";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Select, TextField } from "../ui/field";
import { Answer, Empty, errorText } from "../ui/states";
import { Heading, Table } from "../ui/table";
import { Time } from "../ui/time";
import { useToast } from "../ui/toast";

const hours = ["1", "4", "8", "24", "168"];

/** Times in which some alerts are not told; they are shown all the same. */
export function Silences() {
  const client = useQueryClient();
  const say = useToast();
  const question = useQuery(silencesOptions());
  const end = useMutation(endSilenceOptions(client));
  const [adding, setAdding] = useState(false);
  return (
    <>
      <div className="al-tools">
        <span className="text-fg-2">
          What is silenced is shown and not told; if it still goes on when the silence ends, it is.
        </span>
        <Button icon="plus" onClick={() => setAdding(true)}>
          Add a silence
        </Button>
      </div>
      <Answer question={question} what="the silences">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No silence">Every alert is told to its channels.</Empty>
          ) : (
            <Table
              caption="Silences"
              head={
                <>
                  <Heading>What</Heading>
                  <Heading>From</Heading>
                  <Heading>Until</Heading>
                  <Heading>Why</Heading>
                  <Heading>
                    <span className="vh">Actions</span>
                  </Heading>
                </>
              }
            >
              {items.map((silence) => (
                <tr key={silence.id}>
                  <td>
                    <b>{words(silence)}</b>
                  </td>
                  <td>
                    <Time at={silence.from} />
                  </td>
                  <td>
                    <Time at={silence.until} />
                  </td>
                  <td className="text-fg-2">{silence.reason}</td>
                  <td className="num">
                    <Button
                      small
                      disabled={end.isPending}
                      onClick={() =>
                        end.mutate(silence.id, {
                          onSuccess: () => say("The silence has ended."),
                          onError: (error) => say(errorText(error), "bad"),
                        })
                      }
                    >
                      End
                    </Button>
                  </td>
                </tr>
              ))}
            </Table>
          )
        }
      </Answer>
      <Dialog open={adding} onClose={() => setAdding(false)} title="Add a silence">
        <SilenceForm onDone={() => setAdding(false)} />
      </Dialog>
    </>
  );
}

function words({ pool, subject, rule, severity }: Silence): string {
  const parts = [pool && `pool ${pool}`, subject, rule && `rule ${rule}`, severity].filter(Boolean);
  return parts.length > 0 ? parts.join(", ") : "every alert";
}

function SilenceForm({ onDone }: { onDone: () => void }) {
  const client = useQueryClient();
  const say = useToast();
  const add = useMutation(silenceOptions(client));
  const { data } = useQuery(poolsOptions());
  const [pool, setPool] = useState("");
  const [severity, setSeverity] = useState("");
  const [length, setLength] = useState("1");
  const [reason, setReason] = useState("");
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(
      {
        until: new Date(Date.now() + Number(length) * 3_600_000).toISOString(),
        ...(pool ? { pool } : {}),
        ...(severity === "critical" || severity === "warning" ? { severity } : {}),
        ...(reason.trim() ? { reason: reason.trim() } : {}),
      },
      {
        onSuccess: () => {
          say("Silenced.");
          onDone();
        },
      },
    );
  };
  return (
    <form className="form-grid pt-4" onSubmit={onSubmit}>
      <Select
        label="Pool"
        value={pool}
        onChange={(event) => setPool(event.target.value)}
        options={[
          { value: "", label: "Any" },
          ...(data?.items ?? []).map(({ name }) => ({ value: name, label: name })),
        ]}
      />
      <Select
        label="Severity"
        value={severity}
        onChange={(event) => setSeverity(event.target.value)}
        options={[
          { value: "", label: "Any" },
          { value: "critical", label: "Critical" },
          { value: "warning", label: "Warning" },
        ]}
      />
      <Select
        label="For"
        value={length}
        onChange={(event) => setLength(event.target.value)}
        options={hours.map((hour) => ({
          value: hour,
          label: hour === "168" ? "7 days" : hour === "1" ? "1 hour" : `${hour} hours`,
        }))}
      />
      <TextField
        label="Why"
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        autoComplete="off"
      />
      <div className="whole flex items-center justify-end gap-2 pt-2">
        {add.isError && (
          <p role="alert" className="mr-auto text-12 text-bad">
            {errorText(add.error)}
          </p>
        )}
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" look="primary" disabled={add.isPending}>
          Silence
        </Button>
      </div>
    </form>
  );
}

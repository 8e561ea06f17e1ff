"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { AskError } from "@/lib/browser/ask";
import {
  channelsOptions,
  removeChannelOptions,
  saveChannelOptions,
  testChannelOptions,
} from "@/lib/browser/queries/alerts";
import {
  type Channel,
  type ChannelKind,
  channelKinds,
  channelNameSchema,
  secretFields,
} from "@/lib/schemas/alerts";
import { Button, IconButton } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Select, TextField } from "../ui/field";
import { Answer, Empty, errorText } from "../ui/states";
import { Heading, Table } from "../ui/table";
import { Tag } from "../ui/tag";
import { useToast } from "../ui/toast";

const kindNames: Record<ChannelKind, string> = {
  webhook: "Webhook",
  slack: "Slack",
  pagerduty: "PagerDuty",
  alertmanager: "Alertmanager",
};

const fields: Record<ChannelKind, { name: string; label: string; hint?: string }[]> = {
  webhook: [
    { name: "url", label: "Address" },
    { name: "secret", label: "Secret", hint: "Signs the body: X-Hopwatch-Signature" },
  ],
  slack: [{ name: "url", label: "Address of the incoming webhook" }],
  pagerduty: [
    { name: "routingKey", label: "Integration key", hint: "Of an Events API v2 integration" },
    { name: "url", label: "Address (optional)" },
  ],
  alertmanager: [
    { name: "url", label: "Address", hint: "Without /api/v2" },
    { name: "bearer", label: "Bearer token (optional)" },
  ],
};

const emptyChannel: Channel = {
  name: "",
  kind: "webhook",
  enabled: true,
  severities: null,
  settings: {},
};

/** Where alerts are told. */
export function Channels() {
  const question = useQuery(channelsOptions());
  const [form, setForm] = useState<{ channel: Channel; exists: boolean } | null>(null);
  return (
    <>
      <div className="al-tools">
        <span className="text-fg-2">
          Who is told when an alert fires, is acknowledged and is resolved.
        </span>
        <Button icon="plus" onClick={() => setForm({ channel: emptyChannel, exists: false })}>
          Add a channel
        </Button>
      </div>
      <Answer question={question} what="the channels">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No channel yet">Alerts are shown here, and told to nobody.</Empty>
          ) : (
            <Table
              caption="Channels"
              head={
                <>
                  <Heading>Channel</Heading>
                  <Heading>Kind</Heading>
                  <Heading>Told of</Heading>
                  <Heading>Address</Heading>
                  <Heading>
                    <span className="vh">Actions</span>
                  </Heading>
                </>
              }
            >
              {items.map((channel) => (
                <Row
                  key={channel.name}
                  channel={channel}
                  onEdit={() => setForm({ channel, exists: true })}
                />
              ))}
            </Table>
          )
        }
      </Answer>
      <Dialog
        open={form !== null}
        onClose={() => setForm(null)}
        title={form?.exists ? `Channel ${form.channel.name}` : "Add a channel"}
      >
        {form && <ChannelForm {...form} onDone={() => setForm(null)} />}
      </Dialog>
    </>
  );
}

function Row({ channel, onEdit }: { channel: Channel; onEdit: () => void }) {
  const client = useQueryClient();
  const say = useToast();
  const test = useMutation(testChannelOptions());
  const remove = useMutation(removeChannelOptions(client));
  const [leaving, setLeaving] = useState(false);
  const failed = (error: unknown) => say(errorText(error), "bad");
  return (
    <tr>
      <td>
        <b>{channel.name}</b> {!channel.enabled && <Tag>off</Tag>}
      </td>
      <td>{kindNames[channel.kind]}</td>
      <td className="text-fg-2">{channel.severities?.join(", ") ?? "every alert"}</td>
      <td className="mono text-fg-2">{channel.settings.url ?? "kept secret"}</td>
      <td className="num">
        <span className="inline-flex items-center gap-1">
          <Button
            small
            disabled={test.isPending}
            aria-label={`Test ${channel.name}`}
            onClick={() =>
              test.mutate(channel.name, {
                onSuccess: ({ ok, answer }) =>
                  ok
                    ? say(`${channel.name} took the test.`)
                    : say(`${channel.name} did not take it: ${answer}`, "bad"),
                onError: failed,
              })
            }
          >
            Test
          </Button>
          <IconButton icon="edit" label={`Edit ${channel.name}`} onClick={onEdit} />
          <IconButton
            icon="trash"
            label={`Remove ${channel.name}`}
            onClick={() => setLeaving(true)}
          />
        </span>
        <Dialog open={leaving} onClose={() => setLeaving(false)} title={`Remove ${channel.name}?`}>
          <p className="pt-2 text-left text-fg-2">What still waits to be told there is given up.</p>
          <div className="flex justify-end gap-2 pt-4">
            <Button onClick={() => setLeaving(false)}>Keep</Button>
            <Button
              look="danger"
              icon="trash"
              disabled={remove.isPending}
              onClick={() =>
                remove.mutate(channel.name, {
                  onSuccess: () => say(`Removed ${channel.name}.`),
                  onError: failed,
                })
              }
            >
              Remove channel
            </Button>
          </div>
        </Dialog>
      </td>
    </tr>
  );
}

function ChannelForm({
  channel,
  exists,
  onDone,
}: {
  channel: Channel;
  exists: boolean;
  onDone: () => void;
}) {
  const client = useQueryClient();
  const say = useToast();
  const save = useMutation(saveChannelOptions(client));
  const [draft, setDraft] = useState(channel);
  const [nameError, setNameError] = useState<string | null>(null);
  const errors = save.error instanceof AskError ? save.error.errors : [];
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const name = channelNameSchema.safeParse(draft.name);
    setNameError(name.success ? null : (name.error.issues[0]?.message ?? "not a name"));
    if (!name.success) return;
    save.mutate(draft, {
      onSuccess: () => {
        say(`Saved ${draft.name}.`);
        onDone();
      },
    });
  };
  return (
    <form className="form-grid pt-4" onSubmit={onSubmit} noValidate>
      <TextField
        label="Name"
        value={draft.name}
        readOnly={exists}
        error={nameError}
        autoComplete="off"
        onChange={(event) => setDraft({ ...draft, name: event.target.value })}
      />
      <Select
        label="Kind"
        value={draft.kind}
        disabled={exists}
        onChange={(event) => {
          const kind = channelKinds.find((known) => known === event.target.value);
          if (kind) setDraft({ ...draft, kind, settings: {} });
        }}
        options={channelKinds.map((kind) => ({ value: kind, label: kindNames[kind] }))}
      />
      {fields[draft.kind].map(({ name, label, hint }) => {
        const secret = secretFields[draft.kind].includes(name);
        return (
          <div key={name} className="whole">
            <TextField
              label={label}
              value={draft.settings[name] ?? ""}
              error={errors.find(({ path }) => path === name)?.message ?? null}
              hint={secret && exists ? "Empty: stays as it is" : hint}
              type={secret && name !== "url" ? "password" : "text"}
              autoComplete="off"
              onChange={(event) =>
                setDraft({
                  ...draft,
                  settings: { ...draft.settings, [name]: event.target.value },
                })
              }
            />
          </div>
        );
      })}
      <Select
        label="Told of"
        value={draft.severities === null ? "all" : "critical"}
        onChange={(event) =>
          setDraft({ ...draft, severities: event.target.value === "all" ? null : ["critical"] })
        }
        options={[
          { value: "all", label: "Every alert" },
          { value: "critical", label: "Critical alerts" },
        ]}
      />
      <Select
        label="State"
        value={draft.enabled ? "on" : "off"}
        onChange={(event) => setDraft({ ...draft, enabled: event.target.value === "on" })}
        options={[
          { value: "on", label: "On" },
          { value: "off", label: "Off" },
        ]}
      />
      <div className="whole flex items-center justify-end gap-2 pt-2">
        {save.isError && (
          <p role="alert" className="mr-auto text-12 text-bad">
            {errorText(save.error)}
          </p>
        )}
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" look="primary" disabled={save.isPending}>
          {save.isPending ? "Saving" : "Save channel"}
        </Button>
      </div>
    </form>
  );
}

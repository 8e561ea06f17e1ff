"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  channelsOptions,
  removeChannelOptions,
  testChannelOptions,
} from "@/lib/browser/queries/alerts";
import type { Channel } from "@/lib/schemas/alert-channels";
import { channelKindWords, quietWords, routeWords } from "@/lib/view/channel-words";
import { Button, IconButton } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Answer, Empty, errorText } from "../ui/states";
import { Heading, Table } from "../ui/table";
import { Tag } from "../ui/tag";
import { useToast } from "../ui/toast";
import { ChannelDeliveries } from "./channel-deliveries";
import { ChannelForm } from "./channel-form";

const emptyChannel: Channel = {
  name: "",
  kind: "webhook",
  enabled: true,
  severities: null,
  route: null,
  quietHours: null,
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
        wide
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
  const [log, setLog] = useState(false);
  const failed = (error: unknown) => say(errorText(error), "bad");
  return (
    <tr>
      <td>
        <b>{channel.name}</b> {!channel.enabled && <Tag>off</Tag>}
      </td>
      <td>{channelKindWords[channel.kind]}</td>
      <td className="text-fg-2">
        {routeWords(channel)}
        {channel.quietHours && <span className="block">{quietWords(channel.quietHours)}</span>}
      </td>
      <td className="mono break-all text-fg-2">
        {channel.settings.to ?? channel.settings.url ?? "kept secret"}
      </td>
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
          <Button small aria-label={`Deliveries of ${channel.name}`} onClick={() => setLog(true)}>
            Log
          </Button>
          <IconButton icon="edit" label={`Edit ${channel.name}`} onClick={onEdit} />
          <IconButton
            icon="trash"
            label={`Remove ${channel.name}`}
            onClick={() => setLeaving(true)}
          />
        </span>
        <Dialog wide open={log} onClose={() => setLog(false)} title={`Told to ${channel.name}`}>
          {log && <ChannelDeliveries channel={channel.name} />}
        </Dialog>
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

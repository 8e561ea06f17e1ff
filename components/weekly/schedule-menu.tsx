"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import Link from "@/components/ui/link";
import { AskError } from "@/lib/browser/ask";
import { usePool } from "@/lib/browser/page-state";
import { channelsOptions } from "@/lib/browser/queries/alerts";
import { saveReviewScheduleOptions, scheduledReviewsOptions } from "@/lib/browser/queries/weekly";
import { useZone } from "@/lib/browser/zone";
import type { Channel, ChannelKind } from "@/lib/schemas/alert-channels";
import type { ScheduledReviews } from "@/lib/schemas/review-schedule";
import { Button } from "../ui/button";
import { Select, TextField } from "../ui/field";
import { Icon } from "../ui/icon";
import { Popover } from "../ui/popover";
import { errorText } from "../ui/states";
import { Tag } from "../ui/tag";
import { Time } from "../ui/time";
import { useToast } from "../ui/toast";

const days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const takesReviews: readonly ChannelKind[] = ["email", "slack", "teams", "webhook"];

/** When the review is told to a channel by itself. */
export function ScheduleMenu() {
  const { data } = useQuery(scheduledReviewsOptions());
  const schedule = data?.schedule;
  return (
    <Popover
      end
      label="Schedule"
      trigger={
        <>
          <Icon name="clock" />
          <span className="hide-m">
            {schedule?.enabled
              ? `${days[schedule.day - 1]?.slice(0, 3)} ${String(schedule.hour).padStart(2, "0")}:00 to ${schedule.channel}`
              : "Schedule"}
          </span>
          <Icon name="chevron-down" />
        </>
      }
    >
      {(close) => (data ? <Sheet told={data} close={close} /> : null)}
    </Popover>
  );
}

function Sheet({ told, close }: { told: ScheduledReviews; close: () => void }) {
  const { data } = useQuery(channelsOptions());
  if (!data) return null;
  const channels = data.items.filter(({ kind }) => takesReviews.includes(kind));
  return (
    <div className="wk-schedule">
      {channels.length === 0 ? (
        <p className="text-fg-2">
          No channel takes reviews yet. Add one for e-mail, Slack, Teams or a webhook under{" "}
          <Link className="link" href="/alerts?tab=channels">
            Alerts, Channels
          </Link>
          .
        </p>
      ) : (
        <ScheduleForm told={told} channels={channels} close={close} />
      )}
      {told.deliveries.length > 0 && (
        <ul className="wk-told" aria-label="Told so far">
          {told.deliveries.map((row) => (
            <li key={row.week} title={row.answer ?? undefined}>
              <b>{row.week}</b> to {row.channel}
              <Tag
                tone={row.state === "failed" ? "bad" : row.state === "waiting" ? "warn" : "plain"}
              >
                {row.state}
              </Tag>
              <span className="text-fg-3">
                <Time at={row.sentAt ?? row.createdAt} day="always" precision="minute" />
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The field's own word where the server said one. */
function whatIsWrong(error: unknown): string {
  const [first] = error instanceof AskError ? error.errors : [];
  if (!first) return errorText(error);
  return first.path === "timezone" ? `Give ${first.message}.` : `${first.path}: ${first.message}`;
}

function ScheduleForm({
  told,
  channels,
  close,
}: {
  told: ScheduledReviews;
  channels: Channel[];
  close: () => void;
}) {
  const client = useQueryClient();
  const say = useToast();
  const save = useMutation(saveReviewScheduleOptions(client));
  const [pool] = usePool();
  const { zone } = useZone();
  const { schedule } = told;
  const [draft, setDraft] = useState({
    enabled: schedule?.enabled ?? true,
    channel: schedule?.channel ?? channels[0]?.name ?? "",
    pool: schedule ? (schedule.pool ?? "") : (pool ?? ""),
    day: schedule?.day ?? 1,
    hour: schedule?.hour ?? 9,
    timezone: schedule?.timezone ?? zone,
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(
      { ...draft, pool: draft.pool || null, timezone: draft.timezone.trim() },
      {
        onSuccess: () => {
          say(draft.enabled ? "The review is scheduled." : "The review is told to nobody.");
          close();
        },
      },
    );
  };
  const pools = [...new Set([pool, schedule?.pool ?? null])].filter((name) => name !== null);
  return (
    <form className="form-grid" onSubmit={onSubmit} noValidate>
      <Select
        label="Told to"
        value={draft.channel}
        options={channels.map(({ name, kind }) => ({ value: name, label: `${name} (${kind})` }))}
        onChange={(event) => setDraft({ ...draft, channel: event.target.value })}
      />
      <Select
        label="Review of"
        value={draft.pool}
        options={[
          { value: "", label: "All pools" },
          ...pools.map((name) => ({ value: name, label: name })),
        ]}
        onChange={(event) => setDraft({ ...draft, pool: event.target.value })}
      />
      <Select
        label="Every"
        value={String(draft.day)}
        options={days.map((label, at) => ({ value: String(at + 1), label }))}
        onChange={(event) => setDraft({ ...draft, day: Number(event.target.value) })}
      />
      <Select
        label="At"
        value={String(draft.hour)}
        options={Array.from({ length: 24 }, (_, hour) => ({
          value: String(hour),
          label: `${String(hour).padStart(2, "0")}:00`,
        }))}
        onChange={(event) => setDraft({ ...draft, hour: Number(event.target.value) })}
      />
      <TextField
        label="Time zone"
        value={draft.timezone}
        autoComplete="off"
        error={save.error ? whatIsWrong(save.error) : null}
        onChange={(event) => setDraft({ ...draft, timezone: event.target.value })}
      />
      <Select
        label="State"
        value={draft.enabled ? "on" : "off"}
        options={[
          { value: "on", label: "On" },
          { value: "off", label: "Off" },
        ]}
        onChange={(event) => setDraft({ ...draft, enabled: event.target.value === "on" })}
      />
      <div className="whole flex items-center gap-2">
        <span className="text-12 text-fg-3">
          {told.nextAt && (
            <>
              Next: <Time at={told.nextAt} day="always" precision="minute" />
            </>
          )}
        </span>
        <Button type="submit" look="primary" className="ml-auto" disabled={save.isPending}>
          {save.isPending ? "Saving" : "Save schedule"}
        </Button>
      </div>
    </form>
  );
}

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { AskError } from "@/lib/browser/ask";
import { saveChannelOptions } from "@/lib/browser/queries/alerts";
import {
  type Channel,
  type ChannelKind,
  channelKinds,
  channelNameSchema,
  secretFields,
} from "@/lib/schemas/alert-channels";
import { channelKindWords, dayName, routeLabels } from "@/lib/view/channel-words";
import { Button } from "../ui/button";
import { Select, TextField } from "../ui/field";
import { errorText } from "../ui/states";
import { useToast } from "../ui/toast";

interface Setting {
  name: string;
  label: string;
  hint?: string;
  options?: readonly { value: string; label: string }[];
}

const settingsOf: Record<ChannelKind, Setting[]> = {
  webhook: [
    { name: "url", label: "Address" },
    { name: "secret", label: "Secret", hint: "Signs the body: X-Hopwatch-Signature" },
  ],
  slack: [{ name: "url", label: "Address of the incoming webhook" }],
  teams: [
    {
      name: "url",
      label: "Address of the workflow",
      hint: "Of the trigger: When a Teams webhook request is received",
    },
  ],
  email: [
    { name: "to", label: "To", hint: "Several with commas between" },
    { name: "from", label: "From" },
    { name: "host", label: "SMTP server" },
    { name: "port", label: "Port (587)" },
    {
      name: "security",
      label: "Encryption",
      options: [
        { value: "starttls", label: "STARTTLS" },
        { value: "tls", label: "TLS from the start" },
        { value: "none", label: "None" },
      ],
    },
    { name: "user", label: "User (optional)" },
    { name: "password", label: "Password (optional)" },
  ],
  pagerduty: [
    { name: "routingKey", label: "Integration key", hint: "Of an Events API v2 integration" },
    { name: "url", label: "Address (optional)" },
  ],
  opsgenie: [
    { name: "apiKey", label: "API key", hint: "Of an API integration" },
    { name: "url", label: "Address (optional)", hint: "In the EU: https://api.eu.opsgenie.com" },
  ],
  alertmanager: [
    { name: "url", label: "Address", hint: "Without /api/v2" },
    { name: "bearer", label: "Bearer token (optional)" },
  ],
};

const listed = (text: string) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

/** Enters a channel, or changes it. */
export function ChannelForm({
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
  const [routes, setRoutes] = useState(() =>
    Object.fromEntries(
      routeLabels.map(({ name }) => [name, (channel.route?.[name] ?? []).join(", ")]),
    ),
  );
  const [nameError, setNameError] = useState<string | null>(null);
  const errors = save.error instanceof AskError ? save.error.errors : [];
  const errorAt = (path: string) =>
    errors.find((error) => error.path === path || error.path.endsWith(`.${path}`))?.message ?? null;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const name = channelNameSchema.safeParse(draft.name);
    setNameError(name.success ? null : (name.error.issues[0]?.message ?? "not a name"));
    if (!name.success) return;
    const given = routeLabels.flatMap(({ name: label }) => {
      const patterns = listed(routes[label] ?? "");
      return patterns.length > 0 ? [[label, patterns] as const] : [];
    });
    const route = given.length > 0 ? Object.fromEntries(given) : null;
    save.mutate(
      { ...draft, route },
      {
        onSuccess: () => {
          say(`Saved ${draft.name}.`);
          onDone();
        },
      },
    );
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
        options={channelKinds.map((kind) => ({ value: kind, label: channelKindWords[kind] }))}
      />
      {settingsOf[draft.kind].map(({ name, label, hint, options }) => {
        const secret = secretFields[draft.kind].includes(name);
        const value = draft.settings[name] ?? "";
        const set = (next: string) =>
          setDraft({ ...draft, settings: { ...draft.settings, [name]: next } });
        return (
          <div key={name} className={draft.kind === "email" ? "" : "whole"}>
            {options ? (
              <Select
                label={label}
                value={value || options[0]?.value}
                onChange={(event) => set(event.target.value)}
                options={options}
              />
            ) : (
              <TextField
                label={label}
                value={value}
                error={errorAt(name)}
                hint={secret && exists ? "Empty: stays as it is" : hint}
                type={secret && name !== "url" ? "password" : "text"}
                autoComplete="off"
                onChange={(event) => set(event.target.value)}
              />
            )}
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
      <details className="whole" open={channel.route !== null}>
        <summary>Only some alerts</summary>
        <p className="pb-2 text-12 text-fg-3">
          Names with commas between; * stands for anything. Empty: all.
        </p>
        <div className="form-grid">
          {routeLabels.map(({ name, label }) => (
            <TextField
              key={name}
              label={`Only ${label}`}
              value={routes[name] ?? ""}
              error={errorAt(`route.${name}`)}
              autoComplete="off"
              onChange={(event) => setRoutes({ ...routes, [name]: event.target.value })}
            />
          ))}
        </div>
      </details>
      <QuietHours
        hours={draft.quietHours}
        errorAt={errorAt}
        onHours={(quietHours) => setDraft({ ...draft, quietHours })}
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

type Hours = NonNullable<Channel["quietHours"]>;

function QuietHours({
  hours,
  errorAt,
  onHours,
}: {
  hours: Channel["quietHours"];
  errorAt: (path: string) => string | null;
  onHours: (hours: Channel["quietHours"]) => void;
}) {
  const begin = (): Hours => ({
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    days: [1, 2, 3, 4, 5, 6, 7],
    from: "22:00",
    to: "07:00",
    criticalPasses: true,
  });
  return (
    <fieldset className="whole al-quiet">
      <legend className="vh">Quiet hours</legend>
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          checked={hours !== null}
          onChange={(event) => onHours(event.target.checked ? begin() : null)}
        />
        Quiet hours
      </label>
      {hours && (
        <div className="form-grid pt-2">
          <TextField
            label="Quiet from"
            value={hours.from}
            error={errorAt("quietHours.from")}
            onChange={(event) => onHours({ ...hours, from: event.target.value })}
          />
          <TextField
            label="Quiet until"
            value={hours.to}
            error={errorAt("quietHours.to")}
            onChange={(event) => onHours({ ...hours, to: event.target.value })}
          />
          <TextField
            label="Time zone"
            value={hours.timezone}
            error={errorAt("quietHours.timezone")}
            onChange={(event) => onHours({ ...hours, timezone: event.target.value })}
          />
          <Select
            label="Critical alerts"
            value={hours.criticalPasses ? "pass" : "wait"}
            onChange={(event) =>
              onHours({ ...hours, criticalPasses: event.target.value === "pass" })
            }
            options={[
              { value: "pass", label: "Pass" },
              { value: "wait", label: "Wait too" },
            ]}
          />
          <div className="whole flex flex-wrap gap-3">
            {[1, 2, 3, 4, 5, 6, 7].map((day) => (
              <label key={day} className="flex items-center gap-1">
                <input
                  type="checkbox"
                  checked={hours.days.includes(day)}
                  onChange={(event) =>
                    onHours({
                      ...hours,
                      days: event.target.checked
                        ? [...hours.days, day].sort((a, b) => a - b)
                        : hours.days.filter((other) => other !== day),
                    })
                  }
                />
                {dayName(day)}
              </label>
            ))}
          </div>
          {errorAt("quietHours.days") && (
            <p className="whole text-12 text-bad">At least one day.</p>
          )}
        </div>
      )}
    </fieldset>
  );
}

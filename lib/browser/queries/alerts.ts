import {
  keepPreviousData,
  mutationOptions,
  type QueryClient,
  queryOptions,
} from "@tanstack/react-query";
import { alertSchema } from "@/lib/schemas/alert";
import {
  type Channel,
  channelListSchema,
  channelSchema,
  deliveryListSchema,
  testOutcomeSchema,
} from "@/lib/schemas/alert-channels";
import {
  alertDetailSchema,
  alertListSchema,
  type Rules,
  rulesAnswerSchema,
  silenceListSchema,
  silenceSchema,
} from "@/lib/schemas/alerts";
import { ask, tell } from "../ask";

export interface AlertsParams {
  pool?: string;
  limit?: number;
}

export function alertsOptions(params: AlertsParams = {}) {
  return queryOptions({
    queryKey: ["alerts", params],
    queryFn: ({ signal }) => ask("/alerts", alertListSchema, { params: { ...params }, signal }),
    placeholderData: keepPreviousData,
  });
}

export function alertOptions(id: string) {
  return queryOptions({
    queryKey: ["alert", { id }],
    queryFn: ({ signal }) =>
      ask(`/alerts/${encodeURIComponent(id)}`, alertDetailSchema, { signal }),
  });
}

export function rulesOptions() {
  return queryOptions({
    queryKey: ["rules", {}],
    queryFn: ({ signal }) => ask("/rules", rulesAnswerSchema, { signal }),
    // Who edits the file of rules sees here what was made of it.
    refetchInterval: (query) => (query.state.data?.file ? 5000 : false),
  });
}

export function silencesOptions() {
  return queryOptions({
    queryKey: ["silences", {}],
    queryFn: ({ signal }) => ask("/silences", silenceListSchema, { signal }),
  });
}

export function channelsOptions() {
  return queryOptions({
    queryKey: ["channels", {}],
    queryFn: ({ signal }) => ask("/channels", channelListSchema, { signal }),
  });
}

export function deliveriesOptions(channel: string) {
  return queryOptions({
    queryKey: ["channels", { deliveries: channel }],
    queryFn: ({ signal }) =>
      ask(`/channels/${encodeURIComponent(channel)}/deliveries`, deliveryListSchema, { signal }),
  });
}

function alertsChanged(client: QueryClient) {
  return Promise.all(
    ["alerts", "alert", "silences"].map((name) => client.invalidateQueries({ queryKey: [name] })),
  );
}

export function actOnAlertOptions(client: QueryClient) {
  return mutationOptions({
    mutationFn: ({ id, action }: { id: string; action: "ack" | "resolve" }) =>
      ask(`/alerts/${encodeURIComponent(id)}/${action}`, alertSchema, { method: "POST", body: {} }),
    onSuccess: () => alertsChanged(client),
  });
}

export interface NewSilence {
  until: string;
  alertId?: string;
  pool?: string;
  severity?: "critical" | "warning";
  reason?: string;
}

export function silenceOptions(client: QueryClient) {
  return mutationOptions({
    mutationFn: (body: NewSilence) => ask("/silences", silenceSchema, { method: "POST", body }),
    onSuccess: () => alertsChanged(client),
  });
}

export function endSilenceOptions(client: QueryClient) {
  return mutationOptions({
    mutationFn: (id: string) => tell(`/silences/${encodeURIComponent(id)}`, { method: "DELETE" }),
    onSuccess: () => alertsChanged(client),
  });
}

export function saveRulesOptions(client: QueryClient) {
  return mutationOptions({
    mutationFn: (rules: Rules) => ask("/rules", rulesAnswerSchema, { method: "PUT", body: rules }),
    onSuccess: (rules) => client.setQueryData(rulesOptions().queryKey, rules),
  });
}

export function saveChannelOptions(client: QueryClient) {
  return mutationOptions({
    mutationFn: ({ name, ...channel }: Channel) =>
      ask(`/channels/${encodeURIComponent(name)}`, channelSchema, { method: "PUT", body: channel }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["channels"] }),
  });
}

export function removeChannelOptions(client: QueryClient) {
  return mutationOptions({
    mutationFn: (name: string) =>
      tell(`/channels/${encodeURIComponent(name)}`, { method: "DELETE" }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["channels"] }),
  });
}

export function testChannelOptions() {
  return mutationOptions({
    mutationFn: (name: string) =>
      ask(`/channels/${encodeURIComponent(name)}/test`, testOutcomeSchema, { method: "POST" }),
  });
}

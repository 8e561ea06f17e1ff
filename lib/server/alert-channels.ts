import type { z } from "zod";
import { channelOf, readyChannel } from "@/lib/alerts/channels/registry";
import { testNotice, tryOnce } from "@/lib/alerts/deliver";
import { Problem } from "@/lib/domain/problem";
import {
  type Channel,
  type channelInputSchema,
  type DeliveryList,
  secretFields,
} from "@/lib/schemas/alert-channels";
import { type ChannelRow, json, jsonOrNull } from "@/lib/store/alerts/rows";
import { baseUrl, deliveryOf, send } from "./alert-sending";
import { runtime } from "./runtime";

function shownChannel(row: ChannelRow): Channel {
  const { kind, name, enabled, severities, route, quietHours } = channelOf(row);
  const settings = Object.entries(settingsOf(row.settings)).map(([field, value]) => [
    field,
    secretFields[kind].includes(field) ? null : value,
  ]);
  return {
    name,
    kind,
    enabled,
    severities,
    route,
    quietHours,
    settings: Object.fromEntries(settings),
  };
}

function settingsOf(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    ),
  );
}

export async function listChannels(): Promise<{ items: Channel[]; nextCursor: null }> {
  const rows = await runtime().prisma.alertChannel.findMany({ orderBy: { name: "asc" } });
  return { items: rows.map(shownChannel), nextCursor: null };
}

/** Enters a channel or changes it; a secret that is left out stays. */
export async function saveChannel(
  name: string,
  input: z.output<typeof channelInputSchema>,
): Promise<{ channel: Channel; created: boolean }> {
  const { prisma } = runtime();
  const before = await prisma.alertChannel.findUnique({ where: { name } });
  const kept = before?.kind === input.kind ? settingsOf(before.settings) : {};
  const given = Object.fromEntries(
    Object.entries(input.settings).filter(([, value]) => value !== null && value !== ""),
  );
  const secrets = Object.fromEntries(
    secretFields[input.kind].flatMap((field) =>
      kept[field] === undefined ? [] : [[field, kept[field]]],
    ),
  );
  const settings = { ...secrets, ...given };
  // Says which field is missing or wrong.
  readyChannel(name, input.kind, settings);
  const now = new Date();
  const data = {
    kind: input.kind,
    enabled: input.enabled,
    severities: jsonOrNull(input.severities),
    route: jsonOrNull(input.route),
    quietHours: jsonOrNull(input.quietHours),
    settings: json(settings),
    updatedAt: now,
  };
  const row = await prisma.alertChannel.upsert({
    where: { name },
    create: { name, createdAt: now, ...data },
    update: data,
  });
  return { channel: shownChannel(row), created: before === null };
}

function unknownChannel(name: string): Problem {
  return new Problem(404, "There is no such channel", `No channel is called "${name}".`);
}

/** @throws Problem 404 */
export async function removeChannel(name: string): Promise<void> {
  const { count } = await runtime().prisma.alertChannel.deleteMany({ where: { name } });
  if (count === 0) throw unknownChannel(name);
}

/** Tries a channel out, once. @throws Problem 404 */
export async function testChannel(name: string): Promise<{ ok: boolean; answer: string }> {
  const current = runtime();
  const row = await current.prisma.alertChannel.findUnique({ where: { name } });
  if (!row) throw unknownChannel(name);
  const channel = channelOf(row);
  const notice = testNotice(baseUrl(current), Date.now());
  const outcome = await tryOnce(send, () => channel.call(notice));
  // What it was made to open there, it closes again.
  if (outcome.kind === "sent" && channel.keepsIncidents)
    await tryOnce(send, () => channel.call({ ...notice, word: "resolved" }));
  return { ok: outcome.kind === "sent", answer: outcome.answer };
}

const mostDeliveries = 200;

/** What a channel was told lately, the newest first. @throws Problem 404 */
export async function listDeliveries(name: string): Promise<DeliveryList> {
  const { prisma } = runtime();
  if (!(await prisma.alertChannel.findUnique({ where: { name } }))) throw unknownChannel(name);
  const rows = await prisma.alertNotification.findMany({
    where: { channel: name },
    orderBy: { id: "desc" },
    take: mostDeliveries,
    omit: { payload: true },
    include: { alert: { select: { title: true, pool: true } } },
  });
  return {
    items: rows.map((row) => ({ ...deliveryOf(row), alertId: row.alertId, ...row.alert })),
    nextCursor: null,
  };
}

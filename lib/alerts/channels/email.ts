import type { z } from "zod";
import type { channelSettings } from "@/lib/schemas/alert-channels";
import { type ChannelKindOf, headline, type Notice, tellingLines } from "./channel";

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function rows({ alert, content }: Notice): [string, string][] {
  const involved = (places: { name: string; involved: boolean }[] = []) =>
    places
      .filter((place) => place.involved)
      .map(({ name }) => name)
      .join(", ");
  const [suspect] = content?.suspects ?? [];
  const all: [string, string][] = [
    ["Severity", alert.severity],
    ["Cause", alert.cause ?? ""],
    ["Nodes", involved(content?.nodes)],
    ["Balancers", involved(content?.lbs)],
    [
      "Change",
      suspect && suspect.word !== "unlikely"
        ? `${suspect.change.title} (${suspect.change.at}), ${suspect.word}`
        : "",
    ],
  ];
  return all.filter(([, value]) => value !== "");
}

/** A name of its own for each thing said, and one for the thread (RFC 5322, 3.6.4). */
function messageId(id: string, url: string): string {
  return `<${id}@hopwatch.${new URL(url).hostname.replace(/[^A-Za-z0-9.-]/g, "")}>`;
}

/** Letters over SMTP, one thread for one alert. */
export const email: ChannelKindOf<z.infer<typeof channelSettings.email>> = {
  keepsIncidents: false,
  // Of what was over before anybody knew, one letter is enough.
  hears: (word, foundOver) => !(foundOver && word === "firing"),
  call: (notice, { from, to, ...server }) => {
    const title = headline(notice);
    const lines = tellingLines(notice);
    const table = rows(notice);
    const paragraphs = lines.map((line) => `<p>${escaped(line)}</p>`).join("");
    const cells = table
      .map(([name, value]) => `<tr><th align="left">${name}</th><td>${escaped(value)}</td></tr>`)
      .join("");
    return {
      kind: "mail",
      server,
      from,
      to: to.split(",").map((address) => address.trim()),
      subject: `[Hopwatch] ${title}`.replace(/\s+/g, " ").slice(0, 200),
      text: [
        title,
        "",
        ...lines,
        "",
        ...table.map(([name, value]) => `${name}: ${value}`),
        "",
        notice.url,
        "",
      ].join("\n"),
      html: `<h3>${escaped(title)}</h3>${paragraphs}<table cellpadding="4">${cells}</table><p><a href="${escaped(notice.url)}">Open in Hopwatch</a></p>`,
      messageId: messageId(notice.id, notice.url),
      answers: notice.test ? null : messageId(notice.alert.id, notice.url),
    };
  },
  review: (told, { from, to, ...server }) => ({
    kind: "mail",
    server,
    from,
    to: to.split(",").map((address) => address.trim()),
    subject: `[Hopwatch] ${told.title}`.replace(/\s+/g, " ").slice(0, 200),
    text: `${told.markdown}\n${told.url}\n`,
    html: `<h3>${escaped(told.title)}</h3>${told.lines.map((line) => `<p>${escaped(line)}</p>`).join("")}<p><a href="${escaped(told.url)}">Open in Hopwatch</a></p>`,
    messageId: messageId(told.id, told.url),
    answers: null,
  }),
};

import type { z } from "zod";
import type { Word } from "@/lib/domain/alerts/announcements";
import type { channelSettings } from "@/lib/schemas/alert-channels";
import { type ChannelKindOf, headline, jsonCall, type Notice, tellingLines } from "./channel";

/** Colours of a text block (Adaptive Cards, `TextBlock.color`). */
const colours: Record<Word, string> = {
  firing: "Attention",
  acknowledged: "Warning",
  resolved: "Good",
};

/** Text blocks read Markdown: what means something there is taken for itself. */
function escaped(text: string): string {
  return text.replace(/[\\*_[\]()#~`>]/g, (sign) => `\\${sign}`);
}

function facts({ alert, content }: Notice) {
  const involved = (places: { name: string; involved: boolean }[] = []) =>
    places
      .filter((place) => place.involved)
      .map(({ name }) => name)
      .slice(0, 8)
      .join(", ");
  const [suspect] = content?.suspects ?? [];
  return [
    ["Severity", alert.severity],
    ["Pool", alert.pool ?? ""],
    ["Cause", alert.cause ?? ""],
    ["Nodes", involved(content?.nodes)],
    ["Balancers", involved(content?.lbs)],
    ["Change", suspect && suspect.word !== "unlikely" ? suspect.change.title : ""],
  ].flatMap(([title, value]) => (value ? [{ title, value }] : []));
}

/**
 * Microsoft Teams, by a workflow that begins "When a Teams webhook request is
 * received": a message with one Adaptive Card, at most 28 KB.
 */
export const teams: ChannelKindOf<z.infer<typeof channelSettings.teams>> = {
  keepsIncidents: false,
  hears: (word, foundOver) => !(foundOver && word === "firing"),
  call: (notice, { url }) =>
    card(url, {
      title: headline(notice),
      colour: colours[notice.word],
      lines: tellingLines(notice),
      facts: facts(notice),
      page: notice.url,
    }),
  review: (told, { url }) =>
    card(url, {
      title: told.title,
      colour: "Default",
      lines: told.lines,
      facts: [],
      page: told.url,
    }),
};

function card(
  url: string,
  told: {
    title: string;
    colour: string;
    lines: readonly string[];
    facts: ReturnType<typeof facts>;
    page: string;
  },
) {
  return jsonCall(url, {
    type: "message",
    summary: told.title,
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        contentUrl: null,
        content: {
          $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
          type: "AdaptiveCard",
          version: "1.4",
          fallbackText: told.title,
          msteams: { width: "Full" },
          body: [
            {
              type: "TextBlock",
              text: escaped(told.title).slice(0, 500),
              size: "Medium",
              weight: "Bolder",
              color: told.colour,
              wrap: true,
            },
            ...told.lines.map((line) => ({
              type: "TextBlock",
              text: escaped(line).slice(0, 2000),
              wrap: true,
              spacing: "Small",
            })),
            ...(told.facts.length === 0 ? [] : [{ type: "FactSet", facts: told.facts }]),
          ],
          actions: [{ type: "Action.OpenUrl", title: "Open in Hopwatch", url: told.page }],
        },
      },
    ],
  });
}

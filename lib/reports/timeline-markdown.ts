import type { Timeline, TimelineRequest } from "@/lib/schemas/results";
import { countOf, formatDuration } from "@/lib/view/numbers";
import { hopTitle, timelineModel } from "@/lib/view/timeline";
import { confidenceWord } from "@/lib/view/timeline-story";
import { timelineVerdict } from "@/lib/view/timeline-verdict";
import { formatUtc } from "@/lib/view/times";
import type { ExportPlace } from "./export";

const mostRows = 500;

/** A timeline as Markdown for a post-mortem: the verdict, each hop with its proof, losses, changes, requests. Times are UTC. */
export function timelineMarkdown(timeline: Timeline, place: ExportPlace = {}): string {
  const { session } = timeline;
  const model = timelineModel(timeline);
  const verdict = timelineVerdict(timeline)
    .map((phrase) => (phrase.strong ? `**${plain(phrase.text)}**` : plain(phrase.text)))
    .join("");
  const neighbours = [
    timeline.before && `follows session \`${timeline.before}\``,
    timeline.after && `is followed by session \`${timeline.after}\``,
  ].filter((text) => text);

  const lines = [
    `# Session ${session.id}`,
    "",
    verdict,
    "",
    ...(place.picture ? [`![The session's timeline, a lane per node](${place.picture})`, ""] : []),
    ...table(
      ["", ""],
      [
        ["Pool", plain(session.pool)],
        ["First seen", formatUtc(session.firstSeen)],
        ["Last seen", formatUtc(session.lastSeen)],
        ["Requests", String(session.requests)],
        ["Nodes", session.nodes.map(plain).join(", ")],
        ["Load balancers", session.lbs.map(plain).join(", ")],
        ["Client", plain(session.client ?? "not known")],
        ...(place.page ? [["Page", place.page]] : []),
        ...(neighbours.length > 0 ? [["Chain", neighbours.join("; ")]] : []),
      ],
    ),
  ];
  if (model.hops.length > 0) lines.push("", "## Bounces");
  for (const hop of model.hops) {
    const { bounce } = hop;
    const sure = `${confidenceWord(bounce.confidence)} (${Math.round(bounce.confidence * 100)}%)`;
    lines.push(
      "",
      `### ${hopTitle(hop, model.hops)}: ${plain(bounce.from)} to ${plain(bounce.to)}`,
      "",
      `${formatUtc(bounce.at)}, through ${plain(bounce.lb || "an unnamed load balancer")}. Cause: **${bounce.cause}** (${bounce.class}), ${sure}.`,
      "",
      ...table(
        ["Field", "Value", "Meaning"],
        bounce.evidence.map((fact) => [code(fact.field), code(fact.value), plain(fact.meaning)]),
      ),
    );
  }
  if (timeline.losses.length > 0) {
    lines.push(
      "",
      "## Losses",
      "",
      ...table(
        ["Time (UTC)", "Node", "Lost to", "Evidence"],
        timeline.losses.map((loss) => [
          formatUtc(loss.at),
          plain(loss.node ?? ""),
          loss.lostTo ?? "not known",
          loss.evidence.map((fact) => plain(fact.meaning)).join("; "),
        ]),
      ),
    );
  }
  if (model.notes.length > 0) {
    lines.push(
      "",
      "## Notes",
      "",
      ...table(
        ["Time (UTC)", "Note", "By"],
        model.notes.map((note) => [formatUtc(note.at), plain(note.text), plain(note.author ?? "")]),
      ),
    );
  }
  if (timeline.changes.length > 0) {
    lines.push(
      "",
      "## Changes",
      "",
      ...table(
        ["Time (UTC)", "Kind", "Node", "What"],
        timeline.changes.map((change) => [
          formatUtc(change.at),
          change.kind,
          plain(change.node ?? ""),
          plain(change.title),
        ]),
      ),
    );
  }
  lines.push("", "## Requests", "");
  const shown = timeline.requests.slice(0, mostRows);
  lines.push(
    ...table(
      [
        "#",
        "Time (UTC)",
        "LB",
        "Request",
        "Status",
        "Duration",
        "Cookie named",
        "Landed on",
        "Flags",
      ],
      shown.map((request, index) => requestCells(request, index)),
    ),
  );
  const missing = session.requests - shown.length;
  if (missing > 0) lines.push("", `${countOf(missing, "more request")}, in the JSON export.`);
  return `${lines.join("\n")}\n`;
}

function requestCells(request: TimelineRequest, index: number): string[] {
  return [
    String(index + 1),
    formatUtc(request.startedAt),
    plain(request.lb),
    code([request.method, request.path].filter((part) => part !== null).join(" ")),
    request.status === null ? "" : String(request.status),
    request.durationMs === null ? "" : formatDuration(request.durationMs),
    plain(request.intendedNode ?? ""),
    request.node === null ? "none" : plain(request.node),
    plain(request.termination ?? ""),
  ];
}

function table(head: string[], rows: string[][]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

/** What logs hold is text, not markup. */
function plain(text: string): string {
  return oneLine(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replace(/[\\`*_[\]|#]/g, "\\$&");
}

function code(text: string): string {
  const line = oneLine(text).trim();
  if (line === "") return "";
  // Within a table a bar ends the cell even in code.
  return line.includes("`") || line.includes("|") ? plain(line) : `\`${line}\``;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}

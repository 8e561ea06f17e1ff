/** What a link says of itself in a chat: a title, a sentence, a picture. Never a session's key, nor its id. */
import { aboutCause } from "@/lib/domain/causes";
import type { AlertDetail } from "@/lib/schemas/alerts";
import type { Timeline } from "@/lib/schemas/results";
import { countOf, formatDuration } from "@/lib/view/numbers";
import { linesOf, svgEscaped, svgNumber, svgText } from "@/lib/view/svg-text";
import { timelineModel } from "@/lib/view/timeline";
import { type PlotLayout, plotLayout } from "@/lib/view/timeline-layout";
import { fitScale } from "@/lib/view/timeline-scale";
import { timelineVerdict } from "@/lib/view/timeline-verdict";
import { formatUtc } from "@/lib/view/times";

export interface Preview {
  title: string;
  description: string;
  /** 1200 by 630 pixels. */
  picture: () => string;
}

export const previewSize = { width: 1200, height: 630 } as const;

/** The dark theme's colours (ux.md, section 2), written out: a picture has no style sheet. */
const ink = {
  canvas: "#121617",
  raised: "#191e20",
  line: "#303a3e",
  text: "#e8eded",
  soft: "#a9b5b8",
  faint: "#849297",
  accent: "#b5db4a",
  bad: "#ff6f6b",
  badWash: "#2b1618",
  warnWash: "#272013",
};
const nodeInk = [
  "#81d7ff",
  "#b0803a",
  "#9d74b8",
  "#02a07a",
  "#d5819f",
  "#dcdba6",
  "#878af8",
  "#c9dbde",
];
const left = 64;
const right = previewSize.width - 64;
const mostLanes = 9;

/** Of a session's timeline, living or kept. */
export function timelinePreview(timeline: Timeline): Preview {
  const { session } = timeline;
  const pool = session.pool || "unknown pool";
  const lost = session.lost > 0 ? `, lost ${countOf(session.lost, "time")}` : "";
  const title =
    session.bounces === 0
      ? `${pool}: a session that stayed on its node${lost}`
      : `${pool}: ${countOf(session.bounces, "bounce")} over ${countOf(session.nodes.length, "node")}${lost}${session.mainCause ? `, ${session.mainCause}` : ""}`;
  const description = timelineVerdict(timeline)
    .map((phrase) => phrase.text)
    .join("");
  const span = Date.parse(session.lastSeen) - Date.parse(session.firstSeen);
  const when = `${formatUtc(session.firstSeen).slice(0, 19)} UTC, ${formatDuration(Math.max(span, 0))}`;
  return {
    title,
    description,
    picture: () => {
      const model = timelineModel(timeline);
      const lines = linesOf(description, 92, 2);
      const top = 216 + lines.length * 34;
      const options = { ...model.bounds, spans: model.spans, fold: true };
      const gutter = 150;
      const scale = fitScale({ ...options, length: right - left - gutter });
      // The busiest nodes, where there are more than the picture has room for.
      const busiest = [...model.lanes].sort((a, b) => b.requests - a.requests);
      const hidden = new Set(busiest.slice(mostLanes).map((lane) => lane.node));
      const layout = plotLayout(model, scale, hidden);
      const pitch = Math.min((590 - top) / Math.max(layout.lanes.length, 1), 64);
      return sheet(pool, when, title.slice(pool.length + 2), lines, [
        `<g transform="translate(${left + gutter} ${top})">`,
        ...laneDrawing(layout, pitch, gutter, right - left - gutter),
        "</g>",
      ]);
    },
  };
}

function laneDrawing(layout: PlotLayout, pitch: number, gutter: number, length: number): string[] {
  const middle = (lane: number) => (lane + 0.5) * pitch;
  const size = Math.min(pitch * 0.42, 18);
  const inkOf = (lane: number) => {
    const ordinal = layout.lanes[lane]?.ordinal;
    return ordinal == null ? ink.faint : (nodeInk[ordinal % nodeInk.length] ?? ink.faint);
  };
  return [
    ...layout.lanes.map((lane, index) =>
      [
        `<line x1="${-gutter}" x2="${length}" y1="${svgNumber((index + 1) * pitch)}" y2="${svgNumber((index + 1) * pitch)}" stroke="${ink.line}"/>`,
        `<rect x="${-gutter}" y="${svgNumber(middle(index) - 6)}" width="12" height="12" rx="2" fill="${inkOf(index)}"/>`,
        svgText(
          22 - gutter,
          middle(index) + 6,
          linesOf(lane.node || "no node", 12, 1)[0] ?? "",
          `font-size="17" fill="${ink.soft}"`,
        ),
      ].join(""),
    ),
    ...layout.bands.map(
      ({ band, lane, start, end }) =>
        `<rect x="${svgNumber(start)}" y="${svgNumber(lane * pitch + 1)}" width="${svgNumber(end - start)}" height="${svgNumber(pitch - 2)}" fill="${band.kind === "down" ? ink.badWash : ink.warnWash}"/>`,
    ),
    ...layout.threads.map(
      ({ lane, start, end }) =>
        `<path d="M${svgNumber(start)} ${svgNumber(middle(lane))}H${svgNumber(end)}" stroke="${inkOf(lane)}" stroke-width="2" opacity=".7"/>`,
    ),
    ...layout.connectors.map(({ hop, fromLane, toLane, start, end }) => {
      const turn = Math.max(start, end - 10);
      const colour = hop.number === null ? ink.faint : aboutCause(hop.bounce.cause).ink.dark;
      const dashes = hop.number === null ? ' stroke-dasharray="3 4"' : "";
      return `<path d="M${svgNumber(start)} ${svgNumber(middle(fromLane))}H${svgNumber(turn)}V${svgNumber(middle(toLane))}H${svgNumber(end)}" fill="none" stroke="${colour}" stroke-width="2.5" stroke-linejoin="round"${dashes}/>`;
    }),
    ...layout.marks.map((mark) => {
      const colour =
        mark.look === "server-error"
          ? ink.bad
          : mark.look === "client-error"
            ? "#edb54a"
            : inkOf(mark.lane);
      return `<rect x="${svgNumber(mark.start)}" y="${svgNumber(middle(mark.lane) - size / 2)}" width="${svgNumber(Math.max(mark.end - mark.start, 4))}" height="${svgNumber(size)}" rx="1.5" fill="${colour}"/>`;
    }),
    ...layout.differences
      .filter(({ lost }) => lost)
      .map(
        ({ along }) =>
          `<path d="M${svgNumber(along)} 0V${svgNumber(layout.lanes.length * pitch)}" stroke="${ink.bad}" stroke-dasharray="2 5"/>`,
      ),
  ];
}

/** Of an alert: what is too much, and its bounces minute by minute around the onset. */
export function alertPreview(alert: AlertDetail): Preview {
  const pool = alert.pool ?? "all pools";
  const title = `${alert.severity === "critical" ? "Critical" : "Warning"}, ${alert.state}: ${alert.title}`;
  const description =
    alert.summary ??
    `${alert.title}, since ${formatUtc(alert.since).slice(0, 19)} UTC${alert.cause ? `; main cause ${alert.cause}` : ""}.`;
  return {
    title,
    description,
    picture: () => {
      const lines = linesOf(description, 92, 3);
      const when = `since ${formatUtc(alert.since).slice(0, 19)} UTC, ${alert.state}`;
      return sheet(pool, when, alert.title, lines, bars(alert, 216 + lines.length * 34 + 20));
    },
  };
}

function bars({ content }: AlertDetail, top: number): string[] {
  const series = content?.series ?? [];
  const sums = series.map(({ byCause }) =>
    Object.values(byCause).reduce((sum, count) => sum + count, 0),
  );
  const most = Math.max(0, ...sums);
  if (most === 0) return [];
  const bottom = 580;
  const pitch = (right - left) / series.length;
  return [
    ...series.flatMap(({ byCause }, index) => {
      let y = bottom;
      return Object.entries(byCause)
        .sort((a, b) => b[1] - a[1])
        .map(([cause, count]) => {
          const height = ((bottom - top) * count) / most;
          y -= height;
          const colour =
            content?.causes.find((one) => one.cause === cause) === undefined
              ? ink.faint
              : inkOfCause(cause);
          return `<rect x="${svgNumber(left + index * pitch)}" y="${svgNumber(y)}" width="${svgNumber(Math.max(pitch - 2, 1))}" height="${svgNumber(height)}" fill="${colour}"/>`;
        });
    }),
    `<line x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}" stroke="${ink.line}"/>`,
    svgText(left, 608, `bounces per minute, ${most} at most`, `font-size="17" fill="${ink.faint}"`),
  ];

  function inkOfCause(name: string): string {
    const found = content?.causes.find((one) => one.cause === name);
    return found ? aboutCause(found.cause).ink.dark : ink.faint;
  }
}

function sheet(pool: string, when: string, title: string, lines: string[], body: string[]): string {
  const { width, height } = previewSize;
  const heading = linesOf(title, 46, 1)[0] ?? "";
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Inter, system-ui, sans-serif" fill="${ink.text}">`,
    `<title>${svgEscaped(`${pool}: ${title}`)}</title>`,
    `<rect width="${width}" height="${height}" fill="${ink.canvas}"/>`,
    `<path d="M${left} 62h17l11 18h17" fill="none" stroke="${ink.accent}" stroke-width="5" stroke-linejoin="round"/><path d="M${left + 26} 62h19M${left} 80h19" fill="none" stroke="${ink.faint}" stroke-width="5"/>`,
    svgText(left + 60, 80, "Hopwatch", 'font-size="26" font-weight="600"'),
    svgText(right, 79, when, `font-size="20" text-anchor="end" fill="${ink.faint}"`),
    svgText(left, 136, linesOf(pool, 60, 1)[0] ?? "", `font-size="24" fill="${ink.soft}"`),
    svgText(left, 184, sentence(heading), 'font-size="42" font-weight="600" letter-spacing="-0.8"'),
    ...lines.map((line, index) =>
      svgText(left, 228 + index * 34, line, `font-size="24" fill="${ink.soft}"`),
    ),
    ...body,
    "</svg>",
  ].join("\n");
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

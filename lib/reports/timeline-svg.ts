import { aboutCause } from "@/lib/domain/causes";
import type { Timeline } from "@/lib/schemas/results";
import { formatDuration } from "@/lib/view/numbers";
import { cutTo, svgEscaped, svgNumber, svgText } from "@/lib/view/svg-text";
import { timelineModel } from "@/lib/view/timeline";
import {
  laneParts,
  type Mark,
  type PlotLayout,
  plotLayout,
  type RibbonPiece,
} from "@/lib/view/timeline-layout";
import { axisTicks, fitScale, type TimeScale } from "@/lib/view/timeline-scale";
import { timelineVerdict } from "@/lib/view/timeline-verdict";
import { formatClock, formatUtc } from "@/lib/view/times";

/** Paper: the light theme's colours (ux.md, section 2), written out so that the file stands alone. */
const ink = { text: "#11181a", soft: "#5d696f", line: "#e2e7e4", bad: "#bf1f2a", warn: "#855700" };
const nodeInk = [
  "#2f86cc",
  "#b5692e",
  "#7a4d94",
  "#0e7556",
  "#6b1345",
  "#484502",
  "#341a9c",
  "#5f6f78",
];
const markInk: Record<Mark["look"], string> = {
  ok: "#6a7a82",
  outline: "#6a7a82",
  "client-error": "#b87400",
  "server-error": ink.bad,
  plain: "#6a7a82",
};

const width = 1200;
const gutter = 130;
const laneHeight = 56;
/** Below the head: the cookie's ribbon, that of the node reached, and the notes' numbers. */
const ribbonTop = 84;
const ribbonSize = 12;
const top = 138;

/** A timeline as an SVG picture: lanes, requests, the way between them with its causes, changes. Times are UTC. */
export function timelineSvg(timeline: Timeline): string {
  const { session } = timeline;
  const model = timelineModel(timeline);
  const options = { ...model.bounds, spans: model.spans, fold: true };
  const scale = fitScale({ ...options, length: width - gutter - 20 });
  const layout = plotLayout(model, scale, new Set());
  const plotHeight = Math.max(1, layout.lanes.length) * laneHeight;
  const causes = [...new Set(model.hops.map((hop) => hop.bounce.cause))];
  const notesAt = top + plotHeight + 50 + (causes.length > 0 ? 24 : 0);
  const height = notesAt - 6 + layout.notes.length * 18;
  const verdict = timelineVerdict(timeline)
    .map((phrase) => phrase.text)
    .join("");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="Inter, system-ui, sans-serif" font-size="12" fill="${ink.text}">`,
    `<title>${svgEscaped(`Session ${session.id}`)}</title>`,
    `<desc>${svgEscaped(verdict)}</desc>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    svgText(16, 28, `Session ${session.id}`, 'font-size="16" font-weight="600"'),
    svgText(
      16,
      48,
      `Pool ${session.pool || "not known"}, ${formatUtc(session.firstSeen)} to ${formatUtc(session.lastSeen)}`,
      `fill="${ink.soft}"`,
    ),
    svgText(16, 68, cutTo(verdict, 170)),
    ...ribbons(layout),
    `<g transform="translate(${gutter} ${top})">`,
    ...folds(scale, plotHeight),
    ...bands(layout),
    ...lanes(layout, width - gutter - 20),
    ...changes(layout, plotHeight),
    ...marks(layout),
    ...connectors(layout),
    ...axis(scale, plotHeight),
    "</g>",
    ...causes.map((cause, index) => {
      const x = gutter + index * 150;
      const y = notesAt - 28;
      return `<rect x="${x}" y="${y}" width="8" height="8" fill="${aboutCause(cause).ink.light}"/>${svgText(x + 13, y + 8, cause)}`;
    }),
    ...notes(layout, plotHeight, notesAt),
    "</svg>",
  ].join("\n");
}

function lanes(layout: PlotLayout, length: number): string[] {
  return layout.lanes.map((lane, index) => {
    const y = index * laneHeight;
    const colour = laneInk(lane.ordinal);
    return [
      `<line x1="${-gutter + 16}" x2="${length}" y1="${y + laneHeight}" y2="${y + laneHeight}" stroke="${ink.line}"/>`,
      `<rect x="${-gutter + 16}" y="${y + 13}" width="8" height="8" fill="${colour}"/>`,
      svgText(-gutter + 30, y + 21, cutTo(lane.node || "no node", 15)),
    ].join("");
  });
}

/** Which node the cookie named, and which the request reached; a stroke where they differ. */
function ribbons(layout: PlotLayout): string[] {
  const ordinals = new Map(layout.lanes.map((lane) => [lane.node, lane.ordinal]));
  const row = (title: string, pieces: RibbonPiece[], y: number) => [
    svgText(16, y + 10, title, `font-size="11" fill="${ink.soft}"`),
    ...pieces.map(
      ({ node, start, end }) =>
        `<rect x="${svgNumber(gutter + start)}" y="${y}" width="${svgNumber(Math.max(end - start, 1))}" height="${ribbonSize}" fill="${laneInk(ordinals.get(node))}" fill-opacity=".75"><title>${svgEscaped(node)}</title></rect>`,
    ),
  ];
  return [
    ...row("Cookie names", layout.ribbons.intended, ribbonTop),
    ...row("Landed on", layout.ribbons.landed, ribbonTop + 18),
    ...layout.differences.map(
      ({ along, lost }) =>
        `<path d="M${svgNumber(gutter + along)} ${ribbonTop - 2}v${ribbonSize + 22}" stroke="${lost ? ink.bad : ink.text}" stroke-width="1.5"/>`,
    ),
  ];
}

/** Numbered marks on the lanes, and below them what was written. */
function notes(layout: PlotLayout, plotHeight: number, at: number): string[] {
  return layout.notes.flatMap(({ along, note, number }, index) => {
    const x = gutter + along;
    const words = `${number}  ${formatUtc(note.at)}  ${note.author ? `${note.author}: ` : ""}${note.text}`;
    return [
      `<path d="M${svgNumber(x)} ${top}v${plotHeight}" stroke="${ink.soft}" stroke-dasharray="1 3"/>`,
      `<rect x="${svgNumber(x - 7)}" y="${top - 13}" width="14" height="13" rx="3" fill="${ink.text}"/>`,
      svgText(
        x,
        top - 3,
        String(number),
        'fill="#ffffff" text-anchor="middle" font-size="10" font-weight="600"',
      ),
      svgText(16, at + index * 18, cutTo(words.replace(/\s+/g, " "), 180)),
    ];
  });
}

function bands(layout: PlotLayout): string[] {
  return layout.bands.map(({ band, lane, start, end }) => {
    const colour = band.kind === "down" ? "#fdeceb" : "#fbf3df";
    const y = lane * laneHeight;
    return `<rect x="${svgNumber(start)}" y="${y}" width="${svgNumber(end - start)}" height="${laneHeight}" fill="${colour}"><title>${svgEscaped(band.title)}</title></rect>`;
  });
}

function changes(layout: PlotLayout, height: number): string[] {
  return layout.changes.map(
    ({ along, change }) =>
      `<line x1="${svgNumber(along)}" x2="${svgNumber(along)}" y1="-8" y2="${height}" stroke="${ink.warn}" stroke-dasharray="2 3"/>${svgText(along + 3, -4, cutTo(change.title, 30), `font-size="10" fill="${ink.warn}"`)}`,
  );
}

function marks(layout: PlotLayout): string[] {
  const threads = layout.threads.map(({ lane, start, end }) => {
    const y = lane * laneHeight + laneParts.mark + laneParts.markSize / 2;
    const colour = laneInk(layout.lanes[lane]?.ordinal);
    return `<line x1="${svgNumber(start)}" x2="${svgNumber(end)}" y1="${svgNumber(y)}" y2="${svgNumber(y)}" stroke="${colour}"/>`;
  });
  const boxes = layout.marks.map((mark) => {
    const y = mark.lane * laneHeight + (mark.row === 0 ? laneParts.mark : laneParts.secondRow);
    const size = laneParts.markSize;
    const fill = mark.look === "outline" || mark.look === "plain" ? "#ffffff" : markInk[mark.look];
    return `<rect x="${svgNumber(mark.start)}" y="${y}" width="${svgNumber(Math.max(mark.end - mark.start, 3))}" height="${size}" fill="${fill}" stroke="${markInk[mark.look]}"/>`;
  });
  const glyphs = layout.glyphs.map((glyph) => {
    const y = glyph.lane * laneHeight + laneParts.glyph + 5;
    if (glyph.type === "session.missing")
      return `<path d="M${svgNumber(glyph.along - 4)} ${y - 4}l8 8m0 -8l-8 8" stroke="${ink.bad}" stroke-width="2"><title>${glyph.type}</title></path>`;
    const fill = glyph.type === "session.retrieved" ? ink.soft : "#ffffff";
    return `<circle cx="${svgNumber(glyph.along)}" cy="${y}" r="3" fill="${fill}" stroke="${ink.soft}"><title>${glyph.type}</title></circle>`;
  });
  return [...threads, ...boxes, ...glyphs];
}

function connectors(layout: PlotLayout): string[] {
  return layout.connectors.map(({ hop, fromLane, toLane, start, end }) => {
    const middle = laneParts.mark + laneParts.markSize / 2;
    const [from, to] = [fromLane * laneHeight + middle, toLane * laneHeight + middle];
    const colour = aboutCause(hop.bounce.cause).ink.light;
    const dashes = hop.number === null ? ' stroke-dasharray="2 3"' : "";
    const x = (start + end) / 2;
    const way = `<path d="M${svgNumber(start)} ${svgNumber(from)}H${svgNumber(x)}V${svgNumber(to)}H${svgNumber(end)}" fill="none" stroke="${colour}" stroke-width="2"${dashes}><title>${svgEscaped(`${hop.bounce.cause}: ${hop.bounce.from} to ${hop.bounce.to} at ${formatUtc(hop.bounce.at)}`)}</title></path>`;
    if (hop.number === null) return way;
    const y = (from + to) / 2;
    return `${way}<circle cx="${svgNumber(x)}" cy="${svgNumber(y)}" r="8" fill="${colour}"/>${svgText(x, y + 4, String(hop.number), 'fill="#ffffff" text-anchor="middle" font-size="10" font-weight="600"')}`;
  });
}

function folds(scale: TimeScale, height: number): string[] {
  let free = Number.NEGATIVE_INFINITY;
  return scale.folds.map((fold) => {
    const ground = `<rect x="${svgNumber(fold.start)}" y="0" width="${svgNumber(fold.end - fold.start)}" height="${height}" fill="#f4f6f4"/>`;
    const words = formatDuration(fold.to - fold.from);
    const middle = (fold.start + fold.end) / 2;
    const half = words.length * 3;
    // Only lengths that do not cover one another are written.
    if (middle - half < free) return ground;
    free = middle + half + 4;
    return `${ground}${svgText(middle, height + 34, words, `text-anchor="middle" font-size="10" fill="${ink.soft}"`)}`;
  });
}

function axis(scale: TimeScale, height: number): string[] {
  const { step, ticks } = axisTicks(scale, 72);
  const precision = step < 1000 ? "millisecond" : "second";
  return ticks
    .filter((tick) => tick.labelled)
    .map(
      (tick) =>
        `<line x1="${svgNumber(tick.px)}" x2="${svgNumber(tick.px)}" y1="0" y2="${height + 4}" stroke="${ink.line}"/>${svgText(tick.px, height + 18, formatClock(tick.at, "UTC", precision), `font-size="10" fill="${ink.soft}"`)}`,
    );
}

function laneInk(ordinal: number | null | undefined): string {
  return ordinal == null ? "#9aa6ab" : (nodeInk[ordinal % nodeInk.length] ?? ink.soft);
}

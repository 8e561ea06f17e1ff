import { Problem } from "@/lib/domain/problem";
import { type ExportFormat, exportFormats, type Timeline } from "@/lib/schemas/results";
import { timelineMarkdown } from "./timeline-markdown";
import { timelineSvg } from "./timeline-svg";

export interface Export {
  /** The media type. */
  type: string;
  /** A file name. */
  name: string;
  /** A PNG's text is the drawing that it is made from. */
  text: string;
}

/** Where a reader of the file finds more. */
export interface ExportPlace {
  /** The address of the page. */
  page?: string;
  /** The address of the picture. */
  picture?: string;
}

export const exportTypes: Record<ExportFormat, string> = {
  md: "text/markdown",
  json: "application/json",
  svg: "image/svg+xml",
  png: "image/png",
};

/**
 * The format that a caller asks for: by name, or else by the first media type of its `Accept` that is written, or
 * else Markdown.
 * @throws {Problem} 406 for a name that is not known.
 */
export function exportFormat(name: string | null, accept: string | null): ExportFormat {
  if (name !== null) {
    const known = exportFormats.find((format) => format === name);
    if (known) return known;
    throw new Problem(
      406,
      "Format not available",
      `A timeline is exported as ${exportFormats.join(", ")}`,
    );
  }
  const wanted = (accept ?? "").split(",").map((part) => part.split(";")[0]?.trim().toLowerCase());
  for (const type of wanted) {
    const found = exportFormats.find((format) => exportTypes[format] === type);
    if (found) return found;
  }
  return "md";
}

/** A timeline as a file for a post-mortem. */
export function exportOf(
  timeline: Timeline,
  format: ExportFormat,
  place: ExportPlace = {},
): Export {
  const name = `session-${timeline.session.id}.${format}`;
  switch (format) {
    case "md":
      return {
        type: "text/markdown; charset=utf-8",
        name,
        text: timelineMarkdown(timeline, place),
      };
    case "json":
      return { type: "application/json", name, text: `${JSON.stringify(timeline, null, 2)}\n` };
    case "svg":
      return { type: "image/svg+xml; charset=utf-8", name, text: timelineSvg(timeline) };
    case "png":
      return { type: "image/png", name, text: timelineSvg(timeline) };
  }
}

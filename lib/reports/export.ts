import { Problem } from "@/lib/domain/problem";
import { exportFormats, type Timeline } from "@/lib/schemas/results";
import { timelineMarkdown } from "./timeline-markdown";
import { timelineSvg } from "./timeline-svg";

export interface Export {
  /** The media type. */
  type: string;
  /** A file name. */
  name: string;
  text: string;
}

/**
 * A timeline as a file for a post-mortem.
 * @throws {Problem} 406 for a format that is not written.
 */
export function exportOf(timeline: Timeline, format: string): Export {
  const name = `session-${timeline.session.id}`;
  switch (exportFormats.find((known) => known === format)) {
    case "md":
      return {
        type: "text/markdown; charset=utf-8",
        name: `${name}.md`,
        text: timelineMarkdown(timeline),
      };
    case "json":
      return {
        type: "application/json",
        name: `${name}.json`,
        text: `${JSON.stringify(timeline, null, 2)}\n`,
      };
    case "svg":
      return {
        type: "image/svg+xml; charset=utf-8",
        name: `${name}.svg`,
        text: timelineSvg(timeline),
      };
    case undefined:
      throw new Problem(
        406,
        "Format not available",
        `A timeline is exported as ${exportFormats.join(", ")}`,
      );
  }
}

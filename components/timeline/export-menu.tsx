"use client";

import { Icon } from "@/components/ui/icon";
import { Popover } from "@/components/ui/popover";
import { apiPath } from "@/lib/browser/ask";
import type { ExportFormat } from "@/lib/schemas/results";

const files: { format: ExportFormat; label: string; note: string }[] = [
  { format: "md", label: "Markdown", note: "for a post-mortem" },
  { format: "png", label: "PNG", note: "a picture" },
  { format: "svg", label: "SVG", note: "the drawing" },
  { format: "json", label: "JSON", note: "all fields" },
];

/** The timeline as a file; `path` is what is exported: `/sessions/…` or `/snapshots/…`. */
export function ExportMenu({ path }: { path: string }) {
  return (
    <Popover
      end
      trigger={
        <>
          <Icon name="download" />
          Export
          <Icon name="chevron-down" />
        </>
      }
    >
      {files.map(({ format, label, note }) => (
        <a key={format} className="pop-row" href={apiPath(`${path}/export`, { format })} download>
          {label}
          <span className="ml-auto text-12 text-fg-3">{note}</span>
        </a>
      ))}
    </Popover>
  );
}

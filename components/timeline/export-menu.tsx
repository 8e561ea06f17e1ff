"use client";

import { Icon } from "@/components/ui/icon";
import { Popover } from "@/components/ui/popover";
import { apiPath } from "@/lib/browser/ask";
import type { exportFormats } from "@/lib/schemas/results";

const files: { format: (typeof exportFormats)[number]; label: string; note: string }[] = [
  { format: "md", label: "Markdown", note: "for a post-mortem" },
  { format: "svg", label: "SVG", note: "the drawing" },
  { format: "json", label: "JSON", note: "all fields" },
];

/** The timeline as a file. */
export function ExportMenu({ id }: { id: string }) {
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
        <a
          key={format}
          className="pop-row"
          href={apiPath(`/sessions/${encodeURIComponent(id)}/export`, { format })}
          download
        >
          {label}
          <span className="ml-auto text-12 text-fg-3">{note}</span>
        </a>
      ))}
    </Popover>
  );
}

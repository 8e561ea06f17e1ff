"use client";

import { apiPath, askText } from "@/lib/browser/ask";
import { useCopy } from "@/lib/browser/copy";
import { Icon } from "./icon";
import { Popover, PopRow } from "./popover";
import { errorText } from "./states";
import { useToast } from "./toast";

/** What is shown as Markdown, as the server writes it: to the clipboard or as a file. */
export function MarkdownMenu({
  path,
  params,
}: {
  /** Of the interface, below /api/v1. */
  path: string;
  params: Record<string, string | null | undefined>;
}) {
  const copy = useCopy();
  const say = useToast();
  const asked = { ...params, format: "md" };
  const run = async () => {
    try {
      const text = await askText(path, { params: asked });
      if (await copy(text)) say("Markdown copied.");
      else say("The browser did not allow copying. Download it instead.", "bad");
    } catch (error) {
      say(errorText(error), "bad");
    }
  };
  return (
    <Popover
      end
      label="Markdown"
      trigger={
        <>
          <Icon name="download" />
          <span className="hide-m">Markdown</span>
          <Icon name="chevron-down" />
        </>
      }
    >
      {(close) => (
        <>
          <PopRow
            onChoose={() => {
              close();
              void run();
            }}
          >
            Copy as Markdown
          </PopRow>
          <a className="pop-row" href={apiPath(path, asked)} download>
            Download
          </a>
        </>
      )}
    </Popover>
  );
}

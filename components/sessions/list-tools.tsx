"use client";

import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Popover, PopRow } from "@/components/ui/popover";
import { apiPath } from "@/lib/browser/ask";
import { useRangeParams } from "@/lib/browser/page-state";
import { type BounceGrouping, bounceGroupings } from "@/lib/schemas/lists";
import { columnChoices, shownColumns } from "./columns";
import type { SetSessionUrl } from "./filters";
import { fileAsked, type SessionUrl } from "./session-params";

interface Tools {
  url: SessionUrl;
  setUrl: SetSessionUrl;
}

/** Which columns stand; kept in the URL, so that a link shows the same. */
export function ColumnMenu({ url, setUrl }: Tools) {
  const choices = columnChoices[url.tab];
  const shown = shownColumns(url.tab, url.cols);
  const toggle = (key: string) => {
    const next = choices
      .map((choice) => choice.key)
      .filter((known) => shown.has(known) !== (known === key));
    const asItComes = choices.every((choice) => choice.shown === next.includes(choice.key));
    void setUrl({ cols: asItComes ? null : next }, { history: "replace" });
  };
  return (
    <Popover
      end
      className={`btn sm ${url.cols ? "on" : ""}`}
      trigger={
        <>
          Columns
          <Icon name="chevron-down" />
        </>
      }
    >
      <fieldset className="ss-choices">
        <legend className="vh">Columns</legend>
        {choices.map(({ key, label }) => (
          <label key={key} className="pop-row">
            <input type="checkbox" checked={shown.has(key)} onChange={() => toggle(key)} />
            {label}
          </label>
        ))}
        {url.cols && (
          <Button
            small
            className="mt-2"
            onClick={() => void setUrl({ cols: null }, { history: "replace" })}
          >
            As it comes
          </Button>
        )}
      </fieldset>
    </Popover>
  );
}

/** All rows that match, not only those on the screen, as a file. */
export function ExportMenu({ url }: { url: SessionUrl }) {
  const range = useRangeParams();
  const { path, params } = fileAsked(range, url);
  const { csv } = shownColumns(url.tab, url.cols);
  return (
    <Popover
      end
      className="btn sm"
      trigger={
        <>
          <Icon name="download" />
          Export
          <Icon name="chevron-down" />
        </>
      }
    >
      <a
        className="pop-row"
        href={apiPath(path, { ...params, format: "csv", columns: csv })}
        download
      >
        CSV
        <span className="ml-auto pl-4 text-12 text-fg-2">the columns shown</span>
      </a>
      <a className="pop-row" href={apiPath(path, { ...params, format: "json" })} download>
        JSON
        <span className="ml-auto pl-4 text-12 text-fg-2">every field</span>
      </a>
      <p className="ss-note">All rows that match, at most 100,000. Sessions by their public id.</p>
    </Popover>
  );
}

export const groupWords: Record<BounceGrouping, string> = {
  lb: "Balancer",
  cause: "Cause",
  from: "Node left",
  to: "Node reached",
  move: "Move",
  pool: "Pool",
};

/** Counts the bounces by something instead of listing them. */
export function GroupMenu({ url, setUrl }: Tools) {
  return (
    <Popover
      end
      className={`btn sm ${url.group ? "on" : ""}`}
      trigger={
        <>
          {url.group ? `By ${groupWords[url.group].toLowerCase()}` : "Group"}
          <Icon name="chevron-down" />
        </>
      }
    >
      {(close) => {
        const take = (group: BounceGrouping | null) => {
          void setUrl({ group, open: null });
          close();
        };
        return (
          <>
            <PopRow current={url.group === null} onChoose={() => take(null)}>
              Not grouped
            </PopRow>
            {bounceGroupings.map((group) => (
              <PopRow key={group} current={url.group === group} onChoose={() => take(group)}>
                {groupWords[group]}
              </PopRow>
            ))}
          </>
        );
      }}
    </Popover>
  );
}

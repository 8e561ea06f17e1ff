"use client";

import { useQuery } from "@tanstack/react-query";
import { settingsOptions } from "@/lib/browser/queries/settings";
import { CopyLink } from "../shell/copy-link";
import { Answer } from "../ui/states";
import { IngestKeys } from "./ingest-keys";
import { Installation } from "./installation";
import { ObjectivesTable } from "./objectives-table";
import "./settings.css";
import { WhatIsKept } from "./what-is-kept";

/** What is aimed at, who may send, what is kept how long, and how this installation is set up. */
export function SettingsView() {
  const question = useQuery(settingsOptions());
  return (
    <>
      <div className="page-head">
        <h1>Settings</h1>
        <span className="ml-auto">
          <CopyLink ranged={false} />
        </span>
      </div>
      <div className="set-parts">
        <IngestKeys />
        <ObjectivesTable />
        <Answer question={question} what="the settings">
          {(settings) => (
            <>
              <WhatIsKept settings={settings} />
              <Installation settings={settings} />
            </>
          )}
        </Answer>
      </div>
    </>
  );
}

"use client";

import "./sessions.css";
import { useQueryStates } from "nuqs";
import { ContextBar } from "@/components/shell/context-bar";
import { Tabs } from "@/components/ui/tabs";
import { BounceGroupTable } from "./bounce-groups";
import { BounceList } from "./bounce-list";
import { Filters } from "./filters";
import { ColumnMenu, ExportMenu, GroupMenu } from "./list-tools";
import { LossList } from "./loss-list";
import { SessionList } from "./session-list";
import { type SessionTab, sessionParams } from "./session-params";

const tabs: { id: SessionTab; label: string }[] = [
  { id: "sessions", label: "Sessions" },
  { id: "bounces", label: "Bounces" },
  { id: "lost", label: "Lost" },
];

/** The lists: sessions, worst first; bounces and losses, newest first, with their evidence. */
export function SessionsView() {
  const [url, setUrl] = useQueryStates(sessionParams, { history: "push" });
  const grouped = url.tab === "bounces" && url.group !== null;
  return (
    <>
      <ContextBar balancers={url.tab !== "lost"} />
      <h1 className="vh">Sessions</h1>
      <div className="ss-page">
        <Tabs
          label="What is listed"
          items={tabs}
          value={url.tab}
          onChange={(tab) => void setUrl({ tab, open: null, cols: null, group: null })}
        >
          <Filters url={url} setUrl={setUrl}>
            {url.tab === "bounces" && <GroupMenu url={url} setUrl={setUrl} />}
            {!grouped && <ColumnMenu url={url} setUrl={setUrl} />}
            <ExportMenu url={url} />
          </Filters>
          {url.tab === "sessions" && <SessionList url={url} setUrl={setUrl} />}
          {url.tab === "bounces" &&
            (url.group ? (
              <BounceGroupTable by={url.group} url={url} setUrl={setUrl} />
            ) : (
              <BounceList url={url} setUrl={setUrl} />
            ))}
          {url.tab === "lost" && <LossList url={url} setUrl={setUrl} />}
        </Tabs>
      </div>
    </>
  );
}

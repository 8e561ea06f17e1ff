"use client";

import "./alerts.css";
import { useQuery } from "@tanstack/react-query";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { usePool } from "@/lib/browser/page-state";
import { alertsOptions } from "@/lib/browser/queries/alerts";
import { alertStates } from "@/lib/schemas/alert";
import { stateWords } from "@/lib/view/alert-words";
import { CopyLink } from "../shell/copy-link";
import { PoolMenu } from "../shell/pool-menu";
import { ZoneButton } from "../shell/zone-button";
import { Segmented } from "../ui/segmented";
import { Tabs } from "../ui/tabs";
import { AlertList } from "./alert-list";
import { Channels } from "./channels";
import { Rules } from "./rules";
import { Silences } from "./silences";

const tabs = ["alerts", "rules", "channels", "silences"] as const;
const words = { alerts: "Alerts", rules: "Rules", channels: "Channels", silences: "Silences" };

/** What fires, what is too much, and who is told. */
export function AlertsView() {
  const [tab, setTab] = useQueryState("tab", parseAsStringLiteral(tabs).withDefault("alerts"));
  const [status, setStatus] = useQueryState("status", parseAsStringLiteral(alertStates));
  const [pool] = usePool();
  const { data } = useQuery(alertsOptions(pool ? { pool } : {}));
  const count = (state: (typeof alertStates)[number]) => data?.counts[state] ?? 0;
  return (
    <>
      <h1 className="vh">Alerts</h1>
      <section className="ctx" aria-label="What is shown">
        {tab === "alerts" && (
          <>
            <PoolMenu />
            <Segmented
              label="Which alerts are shown"
              options={[
                { value: "all", label: "All" },
                ...alertStates.map((state) => ({
                  value: state,
                  label: `${stateWords[state]} ${count(state)}`,
                })),
              ]}
              value={status ?? "all"}
              onChange={(next) =>
                void setStatus(alertStates.find((state) => state === next) ?? null)
              }
            />
          </>
        )}
        <span className="flex-1" />
        <ZoneButton />
        <CopyLink ranged={false} />
      </section>
      <Tabs
        label="Alerts"
        items={tabs.map((id) => ({ id, label: words[id] }))}
        value={tab}
        onChange={(next) => void setTab(next)}
      >
        <div className="min-h-[60vh] bg-surface">
          {tab === "alerts" && <AlertList status={status} />}
          {tab === "rules" && <Rules />}
          {tab === "channels" && <Channels />}
          {tab === "silences" && <Silences />}
        </div>
      </Tabs>
    </>
  );
}

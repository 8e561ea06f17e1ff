import type { ReactNode } from "react";
import type { Settings } from "@/lib/schemas/settings";
import { formatBytes } from "@/lib/view/numbers";
import { Panel } from "../ui/panel";

/** How this installation is set up; without any secret. */
export function Installation({ settings }: { settings: Settings }) {
  const { database } = settings;
  const facts: [string, ReactNode][] = [
    ["Hopwatch", `${settings.version}, on Node.js ${settings.node}`],
    ["PostgreSQL", `${database.version}, ${database.own ? "its own" : "at DATABASE_URL"}`],
    ["This process does", settings.roles.join(", ")],
    ["Address in links", settings.publicUrl ?? "the one that it listens on"],
    [
      "Previews of links in chats",
      settings.linkPreviews === "public" ? "for anybody" : "after a login",
    ],
    ["syslog", settings.syslogPort === null ? "off" : `port ${settings.syslogPort}`],
    ["Largest delivery", formatBytes(settings.maxBodyBytes)],
    [
      "File of alert rules",
      <span key="rules" className="mono">
        {settings.rulesFile}
      </span>,
    ],
    [
      "Runbooks",
      settings.runbooks === null ? (
        "those that come along"
      ) : (
        <span key="runbooks" className="mono">
          {settings.runbooks}
        </span>
      ),
    ],
    [
      "Interface",
      <a key="interface" className="link" href="/api/openapi.json">
        OpenAPI description
      </a>,
    ],
  ];
  return (
    <Panel title="This installation">
      <dl className="set-facts">
        {facts.map(([name, value]) => (
          <Fact key={name} name={name}>
            {value}
          </Fact>
        ))}
      </dl>
    </Panel>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

"use client";

import { parseAsString, parseAsStringLiteral, useQueryState } from "nuqs";
import { useState } from "react";
import { sendChange, sendEvent } from "@/lib/view/connect";
import { CopyLink } from "../shell/copy-link";
import { Button } from "../ui/button";
import { CodeBlock } from "../ui/code-block";
import { Dialog } from "../ui/dialog";
import { Tabs } from "../ui/tabs";
import { ConnectGuide } from "./connect-guide";
import type { FormatOption } from "./format-option";
import { emptyTester, FormatTester } from "./format-tester";
import { RejectedLines } from "./rejected-lines";
import { draftOf, emptyDraft, type SourceDraft } from "./source-draft";
import { SourceForm } from "./source-form";
import { SourceTable } from "./source-table";

const tabs = ["sources", "rejected", "tester", "connect"] as const;
const words = {
  sources: "Sources",
  rejected: "Rejected lines",
  tester: "Format tester",
  connect: "Connect",
};

/** Is everything arriving and parsing? */
export function SourcesBoard({
  formats,
  origin,
  syslogPort,
}: {
  formats: FormatOption[];
  origin: string;
  syslogPort: number | null;
}) {
  const [tab, setTab] = useQueryState("tab", parseAsStringLiteral(tabs).withDefault("sources"));
  const [source, setSource] = useQueryState("source", parseAsString);
  const [tester, setTester] = useState(emptyTester);
  const [form, setForm] = useState<{ draft: SourceDraft; exists: boolean } | null>(null);
  const add = () => setForm({ draft: emptyDraft, exists: false });
  const place = { origin, syslogPort };
  return (
    <>
      <div className="page-head">
        <h1>Sources</h1>
        <span className="text-fg-2">
          Logs that load balancers send, and what could be read of them.
        </span>
        <span className="ml-auto flex gap-2">
          <CopyLink ranged={false} />
          <Button icon="plus" onClick={add}>
            Add a source
          </Button>
        </span>
      </div>
      <Tabs
        label="Sources"
        items={tabs.map((id) => ({ id, label: words[id] }))}
        value={tab}
        onChange={(next) => void setTab(next)}
      >
        <div className="min-h-[50vh] bg-surface">
          {tab === "sources" && (
            <SourceTable
              formats={formats}
              onAdd={add}
              onEdit={(edited) => setForm({ draft: draftOf(edited.name, edited), exists: true })}
              onRejected={(name) => {
                void setSource(name);
                void setTab("rejected");
              }}
            />
          )}
          {tab === "rejected" && (
            <RejectedLines
              source={source}
              onSource={(name) => void setSource(name)}
              onTest={(line) => {
                setTester({ ...emptyTester, lines: line });
                void setTab("tester");
              }}
            />
          )}
          {tab === "tester" && (
            <FormatTester
              input={tester}
              onInput={setTester}
              formats={formats}
              onSave={(format) =>
                setForm({
                  draft: {
                    ...emptyDraft,
                    format,
                    formatString: tester.format === "auto" ? "" : tester.formatString,
                  },
                  exists: false,
                })
              }
            />
          )}
          {tab === "connect" && (
            <div className="grid max-w-[900px] gap-3 p-4">
              <h2>Load balancers</h2>
              <ConnectGuide {...place} />
              <h2 className="pt-4">Session events from the app</h2>
              <CodeBlock label="Post a session event" code={sendEvent(place)} />
              <h2 className="pt-4">Deploys and other changes</h2>
              <p className="text-12 text-fg-2">
                A mark on every chart, and what a bounce is held against.
              </p>
              <CodeBlock label="Post a change" code={sendChange(place)} />
            </div>
          )}
        </div>
      </Tabs>
      <Dialog
        wide
        open={form !== null}
        onClose={() => setForm(null)}
        title={form?.exists ? `Source ${form.draft.name}` : "Add a source"}
      >
        {form && (
          <SourceForm
            initial={form.draft}
            fixedName={form.exists}
            formats={formats}
            onDone={() => setForm(null)}
          />
        )}
      </Dialog>
    </>
  );
}

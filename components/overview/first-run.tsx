"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import Link from "@/components/ui/link";
import { useNow } from "@/lib/browser/clock";
import { useLive } from "@/lib/browser/live";
import { demoOptions, playDemoOptions } from "@/lib/browser/queries/demo";
import { sourcesOptions } from "@/lib/browser/queries/sources";
import { sendEvent, sendFile } from "@/lib/view/connect";
import { countOf, formatCount } from "@/lib/view/numbers";
import { ConnectGuide } from "../sources/connect-guide";
import { Button } from "../ui/button";
import { CodeBlock } from "../ui/code-block";
import { Icon } from "../ui/icon";
import { errorText } from "../ui/states";

/** Before the first line: how to send one, and a look-out for it. */
export function FirstRun({ origin, syslogPort }: { origin: string; syslogPort: number | null }) {
  const place = { origin, syslogPort };
  return (
    <div className="first-run">
      <div>
        <h1>Send Hopwatch your first log line</h1>
        <p className="lead">
          Hopwatch reads load balancer access logs and tells you which session moved to another
          node, and why. One way below is enough. Session events from the app are optional, but they
          show when a move lost data.
        </p>
        <Way number={1} title="Send a log file">
          <p>
            Fastest to try. HAProxy, NGINX or ALB; the format is found by itself. Sending a file
            twice counts once. The key is the one printed when Hopwatch started.
          </p>
          <CodeBlock
            label="Send a log file"
            code={sendFile(place, "auto", "/var/log/haproxy.log")}
          />
        </Way>
        <Way number={2} title="Have the log tell the session">
          <p>Without these fields a log says where requests went, but not whose they were.</p>
          <ConnectGuide origin={origin} syslogPort={syslogPort} />
        </Way>
        <Way number={3} title="Post session events from the app">
          <p>
            Created, retrieved, updated, missing, destroyed, expired. One object per line. The
            session ID is hashed on arrival, never stored.
          </p>
          <CodeBlock label="Post a session event" code={sendEvent(place)} />
        </Way>
      </div>
      <Waiting syslogPort={syslogPort} />
    </div>
  );
}

function Way({ number, title, children }: { number: number; title: string; children: ReactNode }) {
  return (
    <section className="way">
      <span className="k" aria-hidden="true">
        {number}
      </span>
      <div>
        <h2>{title}</h2>
        {children}
      </div>
    </section>
  );
}

const lookEveryMs = 2000;

function Waiting({ syslogPort }: { syslogPort: number | null }) {
  const { state } = useLive();
  const { data } = useQuery({ ...sourcesOptions(), refetchInterval: lookEveryMs });
  const sources = data?.items ?? [];
  const accepted = sources.reduce((sum, source) => sum + source.accepted, 0);
  const rejected = sources.reduce((sum, source) => sum + source.rejected, 0);
  return (
    <aside aria-label="Waiting for the first line">
      <div className="flex items-baseline pb-4">
        <h2>Waiting for the first line</h2>
        <Waited />
      </div>
      <ol className="steps" aria-live="polite">
        <Step
          state={state === "live" ? "done" : "busy"}
          title="Listening"
          note={syslogPort === null ? "HTTP" : `HTTP, and syslog on ${syslogPort}`}
          end={state === "live" ? "ready" : "connecting"}
        />
        <Step
          state={accepted > 0 ? "done" : "busy"}
          title="First line"
          note="This page moves on by itself when one arrives"
          end={countOf(accepted, "line")}
        />
        {rejected > 0 && (
          <Step
            state="open"
            title={`${formatCount(rejected)} could not be read`}
            note="They are kept with the reason"
            end={
              <Link className="link" href="/sources?tab=rejected">
                See why
              </Link>
            }
          />
        )}
      </ol>
      <p className="py-4 text-12 text-fg-2">
        Lines that do not parse are kept in{" "}
        <Link className="link" href="/sources?tab=rejected">
          Rejected lines
        </Link>
        . Not sure about the format?{" "}
        <Link className="link" href="/sources?tab=tester">
          Test a line
        </Link>
        .
      </p>
      <Demo />
    </aside>
  );
}

/** Minutes and seconds since the page was opened. */
function Waited() {
  const now = useNow();
  const [since, setSince] = useState<number | null>(null);
  useEffect(() => setSince(Date.now()), []);
  const seconds = since === null ? 0 : Math.max(0, Math.floor((now - since) / 1000));
  const pad = (value: number) => String(value).padStart(2, "0");
  return (
    <span className="ml-auto font-mono text-12 text-fg-2" role="timer" aria-label="Waiting since">
      {pad(Math.floor(seconds / 60))}:{pad(seconds % 60)}
    </span>
  );
}

function Step({
  state,
  title,
  note,
  end,
}: {
  state: "done" | "busy" | "open";
  title: string;
  note: string;
  end: ReactNode;
}) {
  return (
    <li>
      <span>
        <i className={`step-mark ${state}`} aria-hidden="true">
          {state === "done" && <Icon name="check" size={10} />}
        </i>
      </span>
      <span>
        <b className="font-medium">{title}</b>
        <br />
        <span className="text-12 text-fg-3">{note}</span>
      </span>
      <span className="text-12 text-fg-2">{end}</span>
    </li>
  );
}

function Demo() {
  const client = useQueryClient();
  const { data } = useQuery(demoOptions());
  const play = useMutation(playDemoOptions(client));
  const running = play.isPending || data?.running === true;
  return (
    <section className="border-t border-line pt-4">
      <h2>Just looking?</h2>
      <p className="pb-3 text-fg-2">
        A made-up shop, played as real log lines: several load balancers, a deploy, a node that
        fails, clients that drop cookies. Remove it any time.
      </p>
      <Button look="primary" icon="play" disabled={running} onClick={() => play.mutate()}>
        {running ? "The demo is starting" : "Play the demo"}
      </Button>
      {play.isError && (
        <p role="alert" className="pt-2 text-12 text-bad">
          {errorText(play.error)}
        </p>
      )}
    </section>
  );
}

"use client";

import { parseAsStringLiteral, useQueryState } from "nuqs";
import { balancers, connectGuide } from "@/lib/view/connect";
import { CodeBlock } from "../ui/code-block";
import { Segmented } from "../ui/segmented";

/** The lines that a balancer's configuration needs, to copy. */
export function ConnectGuide({
  origin,
  syslogPort,
}: {
  origin: string;
  syslogPort: number | null;
}) {
  const [balancer, choose] = useQueryState(
    "guide",
    parseAsStringLiteral(balancers).withDefault("HAProxy"),
  );
  const guide = connectGuide(balancer, { origin, syslogPort });
  return (
    <>
      <div>
        <Segmented
          small
          label="Load balancer"
          options={balancers.map((value) => ({ value, label: value }))}
          value={balancer}
          onChange={(next) => void choose(next)}
        />
      </div>
      <p className="text-12">{guide.note}</p>
      <CodeBlock code={guide.code} label={`${balancer} configuration`} />
      <CodeBlock code={guide.send} label={`Send a ${balancer} log file`} />
    </>
  );
}

import Link from "@/components/ui/link";
import type { Weekly } from "@/lib/schemas/weekly";
import { countOf } from "@/lib/view/numbers";
import { Panel } from "../ui/panel";
import { Empty } from "../ui/states";

/** What to do next, each with what speaks for it. */
export function WeekSteps({ week }: { week: Weekly }) {
  return (
    <Panel
      className="wk-whole"
      title="Next steps"
      note="by how many sessions they would have saved this week"
    >
      {week.steps.length === 0 ? (
        <Empty title="Nothing of this week asks for a step">
          No session was affected, and load was even.
        </Empty>
      ) : (
        <ol className="wk-steps">
          {week.steps.map((step) => (
            <li key={step.subject}>
              <h3>{step.title}</h3>
              <b className="wk-saved">
                {step.sessions === null ? "" : countOf(step.sessions, "session")}
              </b>
              <ul>
                {step.evidence.map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
              <p>
                <Link className="link noprint" href={step.path}>
                  See the evidence
                </Link>{" "}
                <span className="text-fg-3">
                  How: <code>{step.runbook}</code>
                </span>
              </p>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

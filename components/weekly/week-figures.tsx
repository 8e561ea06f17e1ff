import type { Weekly } from "@/lib/schemas/weekly";
import {
  countOf,
  formatCount,
  formatDuration,
  formatFigure,
  formatPercent,
} from "@/lib/view/numbers";
import { countDelta, pointsDelta } from "@/lib/view/weekly";
import { Stat } from "../ui/stat";

/** The week's key figures beside those of the week before. */
export function WeekFigures({ week }: { week: Weekly }) {
  const { current, previous, budget, recovery, previousRecovery, incidents, previousIncidents } =
    week;
  const was = (text: string) => (text === "–" ? "none the week before" : `was ${text}`);
  return (
    <section className="wk-figures" aria-label="Key figures">
      <Stat
        label="Session continuity"
        value={formatPercent(current.continuityRate, 2)}
        delta={pointsDelta(current.continuityRate, previous.continuityRate, true)}
        note={was(formatPercent(previous.continuityRate, 2))}
        bad={budget.met === false}
      />
      <Stat
        label="Error budget left"
        value={formatPercent(budget.left, 0)}
        note={
          budget.allowed === null
            ? "no sessions to reckon from"
            : `${formatCount(budget.used)} of ${formatFigure(budget.allowed)} sessions used`
        }
        bad={budget.left !== null && budget.left < 0}
      />
      <Stat
        label="Sessions lost"
        value={formatCount(current.lostSessions)}
        delta={countDelta(current.lostSessions, previous.lostSessions)}
        note={was(formatCount(previous.lostSessions))}
        bad={countDelta(current.lostSessions, previous.lostSessions)?.bad ?? false}
      />
      <Stat
        label="Loss to working session"
        value={formatDuration(recovery.meanMs)}
        note={
          recovery.outages === 0
            ? "no session was lost"
            : `mean of ${recovery.recovered} of ${recovery.outages}; ${was(formatDuration(previousRecovery.meanMs))}`
        }
      />
      <Stat
        label="Bounces"
        value={formatCount(current.bounces)}
        delta={countDelta(current.bounces, previous.bounces)}
        note={was(formatCount(previous.bounces))}
        bad={countDelta(current.bounces, previous.bounces)?.bad ?? false}
      />
      <Stat
        label="Time to detect"
        value={formatDuration(incidents.detectMs)}
        note={
          incidents.total === 0
            ? `no incident; ${previousIncidents.total} the week before`
            : `${
                incidents.detected === 0
                  ? `${countOf(incidents.total, "incident")}, over before their lines came`
                  : `mean of ${formatCount(incidents.detected)} of ${countOf(incidents.total, "incident")}`
              }; ${was(formatDuration(previousIncidents.detectMs))}`
        }
      />
    </section>
  );
}

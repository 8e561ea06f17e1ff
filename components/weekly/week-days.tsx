import type { CSSProperties } from "react";
import type { Weekly } from "@/lib/schemas/weekly";
import { formatCount, formatFigure, formatPercent } from "@/lib/view/numbers";
import { type DayMark, type DayPlot, dayPlot } from "@/lib/view/weekly";
import { Panel } from "../ui/panel";

/** The budget and continuity, day by day; beneath, the same as a table for those who do not see it. */
export function WeekDays({ week }: { week: Weekly }) {
  const plot = dayPlot(week);
  return (
    <div className="wk-two">
      <Panel
        title="Error budget left"
        note={
          week.budget.allowed === null
            ? "nothing to reckon from"
            : `${formatPercent(1 - week.budget.objective, 2)} of sessions, ${formatFigure(week.budget.allowed)}`
        }
      >
        <Budget plot={plot} />
      </Panel>
      <Panel title="Continuity by day" note="dotted: the week before">
        <Continuity plot={plot} objective={week.budget.objective} />
      </Panel>
      <div className="vh">
        <DayTable days={plot.days} />
      </div>
    </div>
  );
}

const at = (y: number): CSSProperties => ({ bottom: `${y * 100}%` });

function Budget({ plot }: { plot: DayPlot }) {
  const known = plot.days.flatMap((day, place) =>
    day.budgetY === null ? [] : [{ x: place + 1, y: day.budgetY }],
  );
  const points = [{ x: 0, y: 1 }, ...known].map(
    ({ x, y }) => `${((x / 7) * 100).toFixed(2)} ${((1 - y) * 100).toFixed(2)}`,
  );
  const last = plot.days.findLast((day) => day.budgetLeft !== null);
  const spent = plot.days.find((day) => day.budgetLeft !== null && day.budgetLeft < 0);
  return (
    <figure className="wk-plot">
      <div className="wk-ground" aria-hidden="true">
        {(plot.leastBudget < -0.9 ? [1, 0, -1] : [1, 0.5, 0]).map((share) => (
          <i
            key={share}
            className={share === 0 ? "wk-line solid" : "wk-line"}
            style={at(plot.zeroBudgetY + share * (1 - plot.zeroBudgetY))}
          >
            <span>{formatPercent(share, 0)}</span>
          </i>
        ))}
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
          <path
            d={`M0 0L100 ${((1 - plot.zeroBudgetY) * 100).toFixed(2)}`}
            className="wk-pace"
            vectorEffect="non-scaling-stroke"
          />
          {known.length > 0 && (
            <path
              d={`M${points.join("L")}`}
              className={
                last?.budgetLeft != null && last.budgetLeft < 0 ? "wk-burn bad" : "wk-burn"
              }
              vectorEffect="non-scaling-stroke"
            />
          )}
        </svg>
        <div className="wk-columns">
          {plot.days.map((day, place) => (
            <span key={day.day}>
              {day.budgetY !== null && (day === last || day === spent) && (
                <b
                  className={`wk-value ${place < 2 ? "after" : "right"} ${day.budgetLeft !== null && day.budgetLeft < 0 ? "bad" : ""} ${day === last || day.budgetY < 0.15 ? "" : "under"}`}
                  style={at(day.budgetY)}
                >
                  {day === last ? `${formatPercent(day.budgetLeft, 0)} left` : "spent"}
                </b>
              )}
            </span>
          ))}
        </div>
      </div>
      <DayAxis days={plot.days} />
      <figcaption className="vh">
        {last
          ? `${formatPercent(last.budgetLeft, 0)} of the error budget was left at the end of ${last.label}.`
          : "No budget to show."}
      </figcaption>
    </figure>
  );
}

function Continuity({ plot, objective }: { plot: DayPlot; objective: number }) {
  const missed = plot.days.filter((day) => day.missed);
  return (
    <figure className="wk-plot">
      <div className="wk-ground" aria-hidden="true">
        <i className="wk-line dashed" style={at(plot.objectiveY)}>
          <span>{formatPercent(objective, 2)}</span>
        </i>
        <div className="wk-columns">
          {plot.days.map((day) => (
            <Lollipop key={day.day} day={day} from={plot.objectiveY} />
          ))}
        </div>
      </div>
      <DayAxis days={plot.days} />
      <figcaption className="vh">
        {missed.length === 0
          ? "Every day with traffic met the objective."
          : `The objective was missed on ${missed.map((day) => day.label).join(", ")}.`}
      </figcaption>
    </figure>
  );
}

function Lollipop({ day, from }: { day: DayMark; from: number }) {
  const { y, previousY, missed, rate } = day;
  return (
    <span>
      {previousY !== null && <i className="wk-previous" style={at(previousY)} />}
      {y !== null && (
        <>
          <i
            className={missed ? "wk-stem bad" : "wk-stem"}
            style={{
              bottom: `${Math.min(y, from) * 100}%`,
              height: `${Math.abs(y - from) * 100}%`,
            }}
          />
          <i className={missed ? "wk-dot bad" : "wk-dot"} style={at(y)} />
          <b className={`wk-value ${missed ? "bad below" : "above"}`} style={at(y)}>
            {formatPercent(rate, 2).replace("%", "")}
          </b>
        </>
      )}
    </span>
  );
}

function DayAxis({ days }: { days: DayMark[] }) {
  return (
    <div className="wk-columns wk-axis" aria-hidden="true">
      {days.map((day) => (
        <span key={day.day}>{day.label}</span>
      ))}
    </div>
  );
}

function DayTable({ days }: { days: DayMark[] }) {
  return (
    <table>
      <caption>Continuity and error budget by day</caption>
      <thead>
        <tr>
          <th scope="col">Day</th>
          <th scope="col">Sessions</th>
          <th scope="col">Affected</th>
          <th scope="col">Continuity</th>
          <th scope="col">Week before</th>
          <th scope="col">Budget left</th>
        </tr>
      </thead>
      <tbody>
        {days.map((day) => (
          <tr key={day.day}>
            <th scope="row">{day.label}</th>
            <td>{formatCount(day.sessions)}</td>
            <td>{formatCount(day.affected)}</td>
            <td>{formatPercent(day.rate, 2)}</td>
            <td>{formatPercent(day.previous, 2)}</td>
            <td>{formatPercent(day.budgetLeft, 0)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

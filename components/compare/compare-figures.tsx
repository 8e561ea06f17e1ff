import type { Compared, Comparison } from "@/lib/schemas/compare";
import { changeInWords, formatCompared, metricLabels, sideNames } from "@/lib/view/compare";
import { Panel } from "../ui/panel";
import { Heading, Table } from "../ui/table";

/** Each figure of both sides, and whether the difference is more than noise. */
export function CompareFigures({ told }: { told: Comparison }) {
  const names = sideNames(told);
  return (
    <Panel title="Figures" note="differences with their 95% interval">
      <Table
        caption="Figures before and after"
        className="cp-table"
        head={
          <>
            <Heading>Figure</Heading>
            <Heading num>{sideHeading(names.before)}</Heading>
            <Heading num>{sideHeading(names.after)}</Heading>
            <Heading num>Difference</Heading>
            <Heading>More than noise?</Heading>
            <Heading>
              <span className="vh">Interval</span>
            </Heading>
          </>
        }
      >
        {told.figures.map((row) => (
          <tr key={row.metric}>
            <td>{metricLabels[row.metric]}</td>
            <td className="num">{formatCompared(row.metric, row.before)}</td>
            <td className="num">
              <b>{formatCompared(row.metric, row.after)}</b>
            </td>
            <td className="num">{changeInWords(row)}</td>
            <td
              className={
                row.verdict === "worse"
                  ? "text-bad"
                  : row.verdict === "better"
                    ? "font-semibold"
                    : "text-fg-2"
              }
            >
              {row.words}
            </td>
            <td>
              <IntervalBar row={row} />
            </td>
          </tr>
        ))}
      </Table>
      <p className="cp-note">
        Sessions are tested one by one. Bounces and errors come in clumps: for them the interval is
        narrower than it ought to be. Latency and imbalance are no shares and are not tested.
        {told.lb !== null && " Latency is counted by node, not by balancer."}
      </p>
    </Panel>
  );
}

/** A side's name at the head of a column: pools keep theirs. */
export function sideHeading(name: string): string {
  return name === "before" ? "Before" : name === "after" ? "After" : name;
}

const width = 120;

/** The interval about zero, as wide as its own farthest end; drawn for the eye alone. */
function IntervalBar({ row: { interval, verdict } }: { row: Compared }) {
  if (interval === null) return null;
  const reach = Math.max(Math.abs(interval.low), Math.abs(interval.high));
  if (reach === 0) return null;
  const x = (value: number) => width / 2 + (value / reach) * (width / 2 - 4);
  const colour = verdict === "worse" ? "var(--bad)" : "var(--text-2)";
  return (
    <svg width={width} height="14" viewBox={`0 0 ${width} 14`} aria-hidden="true">
      <path d={`M${width / 2} 1v12`} stroke="var(--control)" strokeDasharray="2 2" />
      <path d={`M${x(interval.low)} 7H${x(interval.high)}`} stroke={colour} strokeWidth="2" />
      <circle cx={x(interval.difference)} cy="7" r="3" fill={colour} />
    </svg>
  );
}

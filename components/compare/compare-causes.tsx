import { causes } from "@/lib/domain/causes";
import type { Comparison } from "@/lib/schemas/compare";
import { sideNames } from "@/lib/view/compare";
import { formatCount } from "@/lib/view/numbers";
import { countDelta } from "@/lib/view/weekly";
import { CauseChip } from "../ui/cause-chip";
import { Panel } from "../ui/panel";
import { Delta } from "../ui/stat";
import { Empty } from "../ui/states";
import { Heading, Table } from "../ui/table";
import { sideHeading } from "./compare-figures";

/** The bounces of both sides by cause. */
export function CompareCauses({ told }: { told: Comparison }) {
  const { before, after } = told;
  const names = sideNames(told);
  const rows = causes
    .map((cause) => ({
      cause,
      before: before.bouncesByCause[cause] ?? 0,
      after: after.bouncesByCause[cause] ?? 0,
    }))
    .filter((row) => row.before > 0 || row.after > 0)
    .sort((a, b) => b.after - a.after || b.before - a.before);
  return (
    <Panel title="Causes" note="bounces on both sides">
      {rows.length === 0 ? (
        <Empty title="No bounces on either side">
          {before.requests + after.requests === 0
            ? "No request came in on either side."
            : "Every request stayed on its session’s node."}
        </Empty>
      ) : (
        <Table
          caption="Bounces by cause before and after"
          className="cp-table"
          head={
            <>
              <Heading>Cause</Heading>
              <Heading num>{sideHeading(names.before)}</Heading>
              <Heading num>{sideHeading(names.after)}</Heading>
              <Heading>Change</Heading>
            </>
          }
        >
          {rows.map((row) => (
            <tr key={row.cause}>
              <td>
                <CauseChip cause={row.cause} withClass />
              </td>
              <td className="num">{formatCount(row.before)}</td>
              <td className="num">
                <b>{formatCount(row.after)}</b>
              </td>
              <td>
                <Delta
                  delta={
                    countDelta(row.after, row.before) ?? { direction: "same", text: "", bad: false }
                  }
                />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  );
}

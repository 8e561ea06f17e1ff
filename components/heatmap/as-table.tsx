import type { Heatmap as HeatmapData } from "@/lib/schemas/heatmap";
import { formatMetric, metricLook } from "@/lib/view/heatmap";
import { formatClock } from "@/lib/view/times";

/** Every value of a heatmap, for reading aloud or copying. */
export function AsTable({ data, zone }: { data: HeatmapData; zone: string }) {
  return (
    <section
      className="table-scroll"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={`${metricLook(data.metric).title}, all values`}
    >
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Node</th>
            {data.times.map((time) => (
              <th key={time} scope="col" className="num">
                {formatClock(time, zone, "minute")}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.nodes.map((node, row) => (
            <tr key={node}>
              <th scope="row">{node}</th>
              {data.times.map((time, column) => (
                <td key={time} className="num">
                  {formatMetric(data.metric, data.values[row]?.[column] ?? null, data.step)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

"use client";

import type { Overview } from "@/lib/schemas/results";
import { figureCells } from "@/lib/view/overview";
import { Sparkline } from "../ui/sparkline";
import { Stat } from "../ui/stat";
import { useChartMetric } from "./chart-choice";

/** The key figures; pressing one shows it in the chart below. */
export function Figures({ overview }: { overview: Overview }) {
  const [metric, choose] = useChartMetric();
  return (
    <section className="figures" aria-label="Key figures">
      {figureCells(overview).map((cell) => (
        <button
          key={cell.metric}
          type="button"
          aria-pressed={cell.metric === metric}
          title={`Show ${cell.label.toLowerCase()} in the chart`}
          onClick={() => void choose(cell.metric)}
        >
          <Stat
            label={cell.label}
            value={cell.value}
            unit={cell.unit}
            delta={cell.delta}
            note={cell.note}
            bad={cell.bad}
            chart={<Sparkline values={cell.values} previous={cell.previous} bad={cell.bad} />}
          />
        </button>
      ))}
    </section>
  );
}

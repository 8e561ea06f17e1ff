import type { Heatmap as HeatmapData } from "@/lib/schemas/heatmap";
import { type HeatScale, type HeatScaleKind, metricLook, shortMetric } from "@/lib/view/heatmap";
import { type Ramps, shadeOf } from "./ramp";

/** What a heatmap's colours stand for. */
export function Legend({
  data,
  scale,
  kind,
  ramps,
}: {
  data: HeatmapData;
  scale: HeatScale;
  kind: HeatScaleKind;
  ramps: Ramps | null;
}) {
  const ramp = ramps ? (scale.middle === null ? ramps.heat : ramps.share) : [];
  const unit = data.metric === "errors" || data.metric === "share" ? "%" : "";
  return (
    <span className="hm-legend">
      <span>{`${shortMetric(data.metric, scale.low, data.step)}${unit}`}</span>
      <span className="hm-ramp" aria-hidden="true">
        {Array.from({ length: 9 }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: nine steps that never move
          <i key={index} style={{ background: shadeOf(ramp, index / 8) }} />
        ))}
      </span>
      <span>
        {`${shortMetric(data.metric, scale.high, data.step)}${unit || spaced(metricLook(data.metric).unit)}${scaleWord(data.metric, kind)}`}
      </span>
    </span>
  );
}

function spaced(unit: string): string {
  return unit === "" ? "" : ` ${unit}`;
}

function scaleWord(metric: HeatmapData["metric"], kind: HeatScaleKind): string {
  if (metric === "share") return "";
  if (kind === "log") return ", log";
  return metric === "errors" ? ", sqrt" : "";
}

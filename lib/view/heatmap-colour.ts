/** A ramp of colours that are even to the eye: stops interpolated in OKLab (Björn Ottosson, 2020). */

type Triple = readonly [number, number, number];

/** `#rrggbb` as OKLab; null for what is not. */
export function oklab(hex: string): Triple | null {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex.trim());
  if (!match) return null;
  const [r = 0, g = 0, b = 0] = match
    .slice(1)
    .map((pair) => linear(Number.parseInt(pair, 16) / 255));
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** OKLab as `#rrggbb`, cut to what a screen can show. */
export function hexOf([lightness, a, b]: Triple): string {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const channels = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return `#${channels.map((channel) => byte(gamma(channel))).join("")}`;
}

/** As many colours as asked for, evenly along the stops. Stops that cannot be read are left out. */
export function rampOf(stops: readonly string[], count: number): string[] {
  const points = stops.map(oklab).filter((point) => point !== null);
  const first = points[0];
  if (!first) return [];
  return Array.from({ length: count }, (_, index) => {
    const place = count === 1 ? 0 : (index / (count - 1)) * (points.length - 1);
    const before = points[Math.floor(place)] ?? first;
    const after = points[Math.ceil(place)] ?? before;
    const share = place - Math.floor(place);
    return hexOf([
      before[0] + (after[0] - before[0]) * share,
      before[1] + (after[1] - before[1]) * share,
      before[2] + (after[2] - before[2]) * share,
    ]);
  });
}

function linear(channel: number): number {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
}

function gamma(channel: number): number {
  return channel <= 0.0031308 ? channel * 12.92 : 1.055 * channel ** (1 / 2.4) - 0.055;
}

function byte(channel: number): string {
  return Math.round(Math.min(Math.max(channel, 0), 1) * 255)
    .toString(16)
    .padStart(2, "0");
}

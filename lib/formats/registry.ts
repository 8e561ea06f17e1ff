import { apache } from "./apache";
import { awsAlb } from "./aws-alb";
import { awsClb } from "./aws-clb";
import { awsNlb } from "./aws-nlb";
import { awsTargetHealth } from "./aws-target-health";
import { azureAppGateway } from "./azure-appgw";
import { azureFrontDoor } from "./azure-frontdoor";
import { caddyJson } from "./caddy-json";
import { cloudflare } from "./cloudflare";
import { cloudFront } from "./cloudfront";
import { envoy } from "./envoy";
import type { Format, FormatOptions, LineParser } from "./format";
import { gcpLb } from "./gcp-lb";
import { haproxyHttp } from "./haproxy-http";
import { iis } from "./iis";
import { k8sEvents } from "./k8s-events";
import { nginxCombined } from "./nginx";
import { quoted, rejected } from "./rejection";
import { traefikClf } from "./traefik-clf";
import { traefikJson } from "./traefik-json";
import { jsonPaths } from "./user-defined/json-paths";
import { pattern } from "./user-defined/pattern";

/** Every format that Hopwatch reads. A new one is a new folder and one line here. */
export const formats: readonly Format[] = [
  haproxyHttp,
  nginxCombined,
  awsAlb,
  awsClb,
  awsNlb,
  awsTargetHealth,
  envoy,
  traefikClf,
  traefikJson,
  apache,
  caddyJson,
  gcpLb,
  azureAppGateway,
  azureFrontDoor,
  cloudflare,
  cloudFront,
  iis,
  k8sEvents,
  pattern,
  jsonPaths,
];

const byName = new Map<string, Format>();
for (const format of formats) {
  for (const name of [format.name, ...format.aliases]) byName.set(name, format);
}

/** The format of a wire name or one of its aliases; null when there is none. `auto` is none: see `autoParser`. */
export function findFormat(wireName: string): Format | null {
  return byName.get(wireName.trim().toLowerCase()) ?? null;
}

export interface Detected {
  format: Format;
  /** The share of the lines that are surely of it, from 0 to 1. */
  share: number;
}

/** From this on a recogniser is believed without asking the others. */
const sure = 0.9;
const likely = 0.5;

/** The format that most of the lines (the first 50 that are not empty) are of; null when none recognises any. */
export function detectFormat(lines: readonly string[]): Detected | null {
  const scores = new Map<Format, { total: number; hits: number }>();
  let looked = 0;
  for (const line of lines) {
    if (line.trim() === "") continue;
    if (++looked > 50) break;
    const best = bestFormats(line)[0];
    if (!best) continue;
    const score = scores.get(best.format) ?? { total: 0, hits: 0 };
    score.total += best.score;
    score.hits += 1;
    scores.set(best.format, score);
  }
  let winner: Detected | null = null;
  let highest = 0;
  for (const [format, { total, hits }] of scores) {
    if (total <= highest) continue;
    highest = total;
    winner = { format, share: hits / Math.min(looked, 50) };
  }
  return winner;
}

/** Is this, by its looks, a line of any format that is read? */
export function isRecognised(line: string): boolean {
  return bestFormats(line).length > 0;
}

function bestFormats(line: string): { format: Format; score: number }[] {
  const scored: { format: Format; score: number }[] = [];
  for (const format of formats) {
    const score = format.recognise(line);
    if (score >= likely) scored.push({ format, score });
  }
  return scored.sort((a, b) => b.score - a.score);
}

/**
 * A parser that finds each line's format by itself, so that the lines of
 * several balancers may come mixed. The format of the line before is asked first.
 */
export function autoParser(options: Omit<FormatOptions, "formatString">): LineParser {
  const parsers = new Map<Format, LineParser>();
  const parserOf = (format: Format): LineParser => {
    let parser = parsers.get(format);
    if (!parser) {
      parser = format.compile({ ...options, formatString: null });
      parsers.set(format, parser);
    }
    return parser;
  };
  let last: { format: Format; parse: LineParser } | null = null;
  return (line) => {
    if (last && (last.format.strict || last.format.recognise(line) >= sure)) {
      const parsed = last.parse(line);
      if (parsed.kind !== "rejected") return parsed;
    }
    let first = null;
    for (const { format } of bestFormats(line)) {
      const parse = parserOf(format);
      const parsed = parse(line);
      if (parsed.kind !== "rejected") {
        last = { format, parse };
        return parsed;
      }
      first ??= rejected(`${format.title}: ${parsed.reason}`);
    }
    return first ?? rejected(`no known format begins like this: ${quoted(line.slice(0, 200))}`);
  };
}

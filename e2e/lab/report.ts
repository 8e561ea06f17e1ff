import { type Cause, causes } from "@/lib/domain/causes";
import { type Score, shortfalls } from "./judge";

const share = (part: number, whole: number) =>
  whole === 0 ? "–" : `${((part / whole) * 100).toFixed(1)} %`;

/** One scenario in one line, and what fell short below it. */
export function scenarioLine(score: Score): string {
  const { requests, bounces, causes: judged, losses } = score;
  const lacks = shortfalls(score);
  const line = [
    lacks.length === 0 ? "ok  " : "FAIL",
    score.scenario.padEnd(28),
    `requests ${requests.right}/${requests.truth}`.padEnd(18),
    `bounces ${bounces.found}/${bounces.truth}${bounces.invented.length > 0 ? ` +${bounces.invented.length}` : ""}`.padEnd(
      18,
    ),
    `causes ${judged.right}/${judged.judged}`.padEnd(15),
    `losses ${losses.found}/${losses.truth} to ${losses.right}`,
  ].join(" ");
  const details = [
    ...requests.wrong,
    ...bounces.missed.map((text) => `missed ${text}`),
    ...bounces.invented.map((text) => `invented ${text}`),
    ...judged.wrong,
    ...losses.wrong.map((text) => `loss ${text}`),
  ];
  const shown = details.slice(0, 8).map((text) => `       ${text}`);
  if (details.length > shown.length) shown.push(`       … ${details.length - shown.length} more`);
  return [line, ...(lacks.length === 0 && judged.wrong.length === 0 ? [] : shown)].join("\n");
}

/** True causes down, verdicts across, and the figures over all scenarios. */
export function summary(scores: Score[]): string {
  const sum = (of: (score: Score) => number) => scores.reduce((total, one) => total + of(one), 0);
  const matrix = new Map<Cause, Map<Cause, number>>();
  for (const score of scores)
    for (const [truth, verdicts] of score.matrix) {
      const row = matrix.get(truth) ?? new Map<Cause, number>();
      for (const [verdict, count] of verdicts) row.set(verdict, (row.get(verdict) ?? 0) + count);
      matrix.set(truth, row);
    }
  const said = causes.filter((cause) => [...matrix.values()].some((row) => row.has(cause)));
  const width = Math.max(...causes.map((cause) => cause.length)) + 2;
  const table = [
    "truth \\ verdict".padEnd(width) + said.map((cause) => cause.padStart(width)).join(""),
    ...causes
      .filter((cause) => matrix.has(cause))
      .map(
        (cause) =>
          cause.padEnd(width) +
          said
            .map((verdict) => String(matrix.get(cause)?.get(verdict) ?? "·").padStart(width))
            .join(""),
      ),
  ];
  const found = sum((one) => one.bounces.found);
  const truth = sum((one) => one.bounces.truth);
  const invented = sum((one) => one.bounces.invented.length);
  return [
    ...(said.length > 0 ? [...table, ""] : []),
    `requests on the right node  ${share(
      sum((one) => one.requests.right),
      sum((one) => one.requests.truth),
    )} of ${sum((one) => one.requests.truth)}`,
    `bounces                     recall ${share(found, truth)}, precision ${share(found, found + invented)} of ${truth}`,
    `causes right                ${share(
      sum((one) => one.causes.right),
      sum((one) => one.causes.judged),
    )} (wrong with confidence above 0.8: ${sum((one) => one.causes.confidentlyWrong)})`,
    `returns                     ${share(
      sum((one) => one.returns.right),
      sum((one) => one.returns.truth),
    )} of ${sum((one) => one.returns.truth)}`,
    `losses                      recall ${share(
      sum((one) => one.losses.found),
      sum((one) => one.losses.truth),
    )}, lost to the right thing ${share(
      sum((one) => one.losses.right),
      sum((one) => one.losses.found),
    )} of ${sum((one) => one.losses.truth)}, invented ${sum((one) => one.losses.invented)}`,
    `scenarios that meet the bars ${scores.filter((one) => shortfalls(one).length === 0).length} of ${scores.length}`,
  ].join("\n");
}

/** Whether every scenario meets its bars and 97 % of all causes are right. */
export function passes(scores: Score[]): boolean {
  const right = scores.reduce((total, one) => total + one.causes.right, 0);
  const judged = scores.reduce((total, one) => total + one.causes.judged, 0);
  return scores.every((one) => shortfalls(one).length === 0) && right >= judged * 0.97;
}

import type { Rejected } from "@/lib/domain/facts";
import { FormatStringError } from "./format";
import { quoted, rejected, unexpected, wordAt } from "./rejection";
import { type Piece, type Slot, type Step, stepsOf } from "./template-steps";
import { quotedEnd, valueEnd } from "./value-ends";

export type { Piece, Shape, Slot } from "./template-steps";

/** Where a template stopped reading: null when it read the whole line. */
export type TemplateRun<Draft> = (draft: Draft, line: string, start: number) => Rejected | null;

export interface TemplateStyle {
  /** HAProxy writes one space where an empty value stands between two. */
  mergesSpaces: boolean;
}

/**
 * Makes the reader of a format string from its pieces. It reads each line once
 * from left to right and never goes back, so a hostile line costs no more than a long one.
 * @throws {FormatStringError} when the pieces hold no variable.
 */
export function templateOf<Draft>(
  pieces: readonly Piece<Draft>[],
  style: TemplateStyle,
): TemplateRun<Draft> {
  const steps = stepsOf(pieces);
  if (!steps.some((step) => step.slot)) {
    throw new FormatStringError("the format string holds no variable");
  }
  return (draft, line, start) => {
    let at = start;
    let wasEmpty = style.mergesSpaces;
    for (let index = 0; index < steps.length; index++) {
      const step = steps[index];
      if (!step) break;
      const { slot } = step;
      if (slot === null) {
        const merged =
          style.mergesSpaces &&
          wasEmpty &&
          step.literal.charCodeAt(0) === 32 &&
          (at === start || line.charCodeAt(at - 1) === 32);
        const literal = merged ? step.literal.slice(1) : step.literal;
        if (!line.startsWith(literal, at)) {
          // What only spaces would follow may have been trimmed.
          if (at >= line.length && restIsSpace(steps, index)) return null;
          return unexpected(
            step.label,
            `the text ${JSON.stringify(step.literal)}`,
            wordAt(line, at),
          );
        }
        at += literal.length;
        wasEmpty = false;
        continue;
      }
      let from = at;
      let end: number;
      if (step.quoted && line.charCodeAt(at) === 34 && slot.shape !== "quotes") {
        from = at + 1;
        end = quotedEnd(line, from, step);
        if (end < 0) {
          if (slot.shape !== "request") return unexpected(step.label, "a closing quote", null);
          end = line.length;
        }
        at = end + 1;
      } else {
        end = valueEnd(line, at, step);
        if (end < 0) {
          if (slot.shape !== "request" && !isCutRequest(slot, step)) {
            return unexpected(
              step.label,
              slot.shape === "digits"
                ? "a number"
                : `a value and then ${JSON.stringify(step.until || step.stop)}`,
              wordAt(line, at),
            );
          }
          end = line.length;
        }
        at = end;
      }
      wasEmpty = end === from;
      const length = end - from;
      if (length === 0 || (length === 1 && line.charCodeAt(from) === 45)) continue;
      const raw = line.slice(from, end);
      const expected = slot.assign(draft, step.decode ? step.decode(raw) : raw);
      if (expected !== null) return unexpected(step.label, expected, raw);
      if (at > line.length || (end === line.length && step.until.startsWith('"'))) return null;
    }
    if (at < line.length && line.slice(at, at + 200).trim() !== "") {
      return rejected(
        `the line goes on after the format's end: ${quoted(line.slice(at, at + 61))}`,
      );
    }
    return null;
  };
}

/** A request line that was cut by the length limit has lost its quote and all that follows. */
function isCutRequest<Draft>(slot: Slot<Draft>, step: Step<Draft>): boolean {
  return step.until.startsWith('"') && (slot.name === "$request" || slot.name === "%r");
}

function restIsSpace<Draft>(steps: readonly Step<Draft>[], from: number): boolean {
  return steps
    .slice(from)
    .every((step) =>
      step.slot === null
        ? step.literal.trim() === ""
        : step.slot.shape === "block" || step.slot.shape === "quotes",
    );
}

"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { parseOptions } from "@/lib/browser/queries/sources";
import { useSettled } from "@/lib/browser/settled";
import type { ParseOutput } from "@/lib/schemas/ingest";
import { countOf } from "@/lib/view/numbers";
import { foundFields } from "@/lib/view/parsed-fields";
import { Button } from "../ui/button";
import { changeWord } from "../ui/change-mark";
import { Select, TextArea } from "../ui/field";
import { Icon } from "../ui/icon";
import { Empty, Failed, SkeletonRows } from "../ui/states";
import { Tag } from "../ui/tag";
import { type FormatOption, formatNamed } from "./format-option";

export interface TesterInput {
  format: string;
  formatString: string;
  lines: string;
}

export const emptyTester: TesterInput = { format: "auto", formatString: "", lines: "" };

const settleMs = 350;
const mostLines = 50;

/** Shows what Hopwatch reads in pasted lines, as they are typed. Nothing of it is stored. */
export function FormatTester({
  input,
  onInput,
  formats,
  onSave,
}: {
  input: TesterInput;
  onInput: (input: TesterInput) => void;
  formats: FormatOption[];
  onSave: (format: string) => void;
}) {
  const asked = useSettled(input, settleMs);
  const lines = useMemo(
    () =>
      asked.lines
        .split(/\r?\n/)
        .filter((line) => line.trim() !== "")
        .slice(0, mostLines),
    [asked.lines],
  );
  const question = useQuery(
    parseOptions({
      format: asked.format,
      formatString: asked.format === "auto" ? null : asked.formatString.trim() || null,
      timezone: null,
      lines,
    }),
  );
  const format = formatNamed(formats, input.format);
  const found = question.data?.format ?? null;
  return (
    <div className="tester">
      <div className="flex flex-col gap-3">
        <Select
          label="Format"
          value={input.format}
          onChange={(event) => onInput({ ...input, format: event.target.value })}
          options={[
            { value: "auto", label: "Found by itself" },
            ...formats.map(({ name, title }) => ({ value: name, label: title })),
          ]}
        />
        {format && format.formatString !== "none" && (
          <TextArea
            label="Format string"
            rows={3}
            className="mono"
            value={input.formatString}
            onChange={(event) => onInput({ ...input, formatString: event.target.value })}
            hint="As in the balancer’s configuration; empty for its usual format"
          />
        )}
        <TextArea
          label="Lines"
          rows={12}
          className="mono"
          value={input.lines}
          onChange={(event) => onInput({ ...input, lines: event.target.value })}
          hint="Paste a few lines of the log. They are read, not stored."
        />
      </div>
      <div aria-live="polite">
        {lines.length === 0 ? (
          <Empty title="Paste lines on the left">
            Each field that was found shows here, or why a line could not be read.
          </Empty>
        ) : question.error ? (
          <Failed what="the result" error={question.error} retry={() => void question.refetch()} />
        ) : question.data ? (
          <Results output={question.data} lines={lines} formats={formats}>
            <Button
              small
              icon="plus"
              onClick={() => onSave(formatNamed(formats, found)?.name ?? input.format)}
              disabled={question.data.results.every((result) => !result.ok)}
            >
              Save as source
            </Button>
          </Results>
        ) : (
          <SkeletonRows what="the result" />
        )}
      </div>
    </div>
  );
}

function Results({
  output,
  lines,
  formats,
  children,
}: {
  output: ParseOutput;
  lines: string[];
  formats: FormatOption[];
  children: React.ReactNode;
}) {
  const read = output.results.filter((result) => result.ok).length;
  const title = formatNamed(formats, output.format)?.title ?? output.format;
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 pb-3">
        <b>
          {read} of {countOf(output.results.length, "line")} read
        </b>
        {title && <Tag>{title}</Tag>}
        <span className="ml-auto">{children}</span>
      </div>
      {output.results.map((result, index) => {
        const key = `${index}-${lines[index] ?? ""}`;
        if (!result.ok)
          return (
            <div key={key} className="parsed">
              <div className="!border-t-0">
                <p className="flex items-start gap-2 text-bad">
                  <Icon name="warning" />
                  <span>
                    Line {index + 1}: {result.error ?? "could not be read"}
                  </span>
                </p>
                <code className="block truncate pt-1 text-fg-3">{lines[index]}</code>
              </div>
            </div>
          );
        const { request, change } = result;
        return (
          <details key={key} className="parsed" open={index < 3}>
            <summary>
              <span className="text-fg-3">{index + 1}</span>
              <Icon name="check" size={13} />
              <span className="truncate">
                {request
                  ? [request.method, request.path, request.status].filter(Boolean).join(" ")
                  : change && `${changeWord(change.kind)}: ${change.title}`}
              </span>
              {request && (
                <span className="ml-auto pl-2 text-12 text-fg-2">{request.node ?? "no node"}</span>
              )}
            </summary>
            <div>
              <dl className="fields">
                {(request
                  ? foundFields(request)
                  : change
                    ? [
                        { name: "at", value: change.at },
                        { name: "kind", value: change.kind },
                        { name: "title", value: change.title },
                        { name: "pool", value: change.pool ?? "–" },
                        { name: "node", value: change.node ?? "–" },
                      ]
                    : []
                ).map(({ name, value }) => (
                  <FoundRow key={name} name={name} value={value} />
                ))}
              </dl>
            </div>
          </details>
        );
      })}
    </>
  );
}

function FoundRow({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <code>{value}</code>
      </dd>
    </>
  );
}

"use client";

import type { ReactNode } from "react";
import { AskError } from "@/lib/browser/ask";
import { Button } from "./button";
import { CopyButton } from "./copy-button";

/** A grey shape in place of data that are on their way; not drawn for the first 150 ms. */
export function Skeleton({
  width = "100%",
  height = 12,
}: {
  width?: number | string;
  height?: number | string;
}) {
  return <span className="skeleton" style={{ width, height }} aria-hidden="true" />;
}

/** Grey rows in place of a table. */
export function SkeletonRows({ rows = 6, what }: { rows?: number; what: string }) {
  return (
    <div className="flex flex-col gap-3 p-4" role="status">
      <span className="vh">Loading {what}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike and never move
        <Skeleton key={row} width={`${92 - ((row * 17) % 30)}%`} />
      ))}
    </div>
  );
}

/** Nothing to show: says what was looked at; that is often good news. */
export function Empty({
  title,
  children,
  actions,
}: {
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className="state">
      <p className="font-semibold">{title}</p>
      {children && <p className="text-12 text-fg-2">{children}</p>}
      {actions && <div className="flex flex-wrap justify-center gap-2 pt-1">{actions}</div>}
    </div>
  );
}

/** One part failed; the others go on. `what` as in "Could not load bounces". */
export function Failed({
  what,
  error,
  retry,
}: {
  what: string;
  error: unknown;
  retry?: () => void;
}) {
  const details = errorDetails(error);
  return (
    <div className="state" role="alert">
      <p className="font-semibold">Could not load {what}</p>
      <p className="text-12 text-fg-2">{errorText(error)}</p>
      <div className="flex gap-2 pt-1">
        {retry && (
          <Button small onClick={retry}>
            Retry
          </Button>
        )}
        <CopyButton text={details} label="Copy details" />
      </div>
    </div>
  );
}

/** An error in a sentence or two. */
export function errorText(error: unknown): string {
  if (!(error instanceof AskError)) return "Something went wrong in this page.";
  if (error.status === 503) return "The database does not answer. It is asked again by itself.";
  return [error.title, error.detail]
    .filter((part) => part !== undefined)
    .map((part) => (/[.!?]$/.test(part) ? part : `${part}.`))
    .join(" ");
}

function errorDetails(error: unknown): string {
  if (error instanceof AskError)
    return JSON.stringify(
      { status: error.status, title: error.title, detail: error.detail, errors: error.errors },
      null,
      2,
    );
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

interface Question<Data> {
  data: Data | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}

/** Draws a question's answer, or that it is under way, or that it failed. An old answer outlives a failed refresh. */
export function Answer<Data>({
  question,
  what,
  loading,
  children,
}: {
  question: Question<Data>;
  what: string;
  loading?: ReactNode;
  children: (data: Data) => ReactNode;
}) {
  if (question.data !== undefined) return children(question.data);
  if (question.error)
    return <Failed what={what} error={question.error} retry={() => void question.refetch()} />;
  return loading ?? <SkeletonRows what={what} />;
}

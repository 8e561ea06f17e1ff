"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { parseAsString, useQueryState } from "nuqs";
import { useState } from "react";
import { deleteSourceOptions, sourcesOptions } from "@/lib/browser/queries/sources";
import type { SourceStatus } from "@/lib/schemas/ingest";
import { formatCount } from "@/lib/view/numbers";
import { Button, IconButton } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Answer, Empty, errorText } from "../ui/states";
import { Heading, Table } from "../ui/table";
import { Tag } from "../ui/tag";
import { Ago } from "../ui/time";
import { useToast } from "../ui/toast";
import { CompletenessList, CompletenessMeter, Mismatches } from "./completeness";
import { type FormatOption, formatNamed } from "./format-option";

/** Every log that Hopwatch knows of, with what came from it. */
export function SourceTable({
  formats,
  onEdit,
  onAdd,
  onRejected,
}: {
  formats: FormatOption[];
  onEdit: (source: SourceStatus) => void;
  onAdd: () => void;
  onRejected: (source: string) => void;
}) {
  const question = useQuery(sourcesOptions());
  const [opened, open] = useQueryState("proof", parseAsString);
  const [leaving, setLeaving] = useState<SourceStatus | null>(null);
  return (
    <>
      <Answer question={question} what="the sources">
        {({ items }) => {
          const shown = items.find(({ name }) => name === opened);
          if (items.length === 0)
            return (
              <Empty
                title="No source yet"
                actions={
                  <Button icon="plus" onClick={onAdd}>
                    Add a source
                  </Button>
                }
              >
                The first lines that arrive make one. Adding it beforehand tells Hopwatch what the
                log does not say.
              </Empty>
            );
          return (
            <>
              <Table
                caption="Sources"
                head={
                  <>
                    <Heading>Source</Heading>
                    <Heading>Format</Heading>
                    <Heading>Session</Heading>
                    <Heading>Affinity</Heading>
                    <Heading num>Accepted</Heading>
                    <Heading num>Sent twice</Heading>
                    <Heading num>Rejected</Heading>
                    <Heading>Can prove</Heading>
                    <Heading num>Last line</Heading>
                    <Heading />
                  </>
                }
              >
                {items.map((source) => (
                  <tr key={source.name}>
                    <td>
                      <span className="inline-flex items-center gap-2">
                        <b>{source.name}</b>
                        {source.demo && <Tag tone="accent">demo</Tag>}
                        {source.lb && <span className="text-fg-3">{source.lb}</span>}
                      </span>
                    </td>
                    <td>{formatTitle(source, formats)}</td>
                    <td className="text-fg-2">{sessionWords(source)}</td>
                    <td className="source-affinity text-fg-2">
                      {affinityWords(source)}
                      <Mismatches source={source} />
                    </td>
                    <td className="num">{formatCount(source.accepted)}</td>
                    <td className="num text-fg-2">{formatCount(source.duplicates)}</td>
                    <td className="num">
                      {source.rejected > 0 ? (
                        <button
                          type="button"
                          className="link"
                          onClick={() => onRejected(source.name)}
                          title="See the rejected lines"
                        >
                          {formatCount(source.rejected)}
                        </button>
                      ) : (
                        "0"
                      )}
                    </td>
                    <td>
                      <CompletenessMeter
                        source={source}
                        open={opened === source.name}
                        onToggle={() => void open(opened === source.name ? null : source.name)}
                      />
                    </td>
                    <td className="num text-fg-2">
                      {source.lastAt ? <Ago at={source.lastAt} /> : "never"}
                    </td>
                    <td className="num">
                      <span className="inline-flex">
                        <IconButton
                          icon="edit"
                          label={`Edit ${source.name}`}
                          onClick={() => onEdit(source)}
                        />
                        <IconButton
                          icon="trash"
                          label={`Remove ${source.name}`}
                          onClick={() => setLeaving(source)}
                        />
                      </span>
                    </td>
                  </tr>
                ))}
              </Table>
              {shown && <CompletenessList source={shown} />}
            </>
          );
        }}
      </Answer>
      {leaving && <RemoveSource source={leaving} onDone={() => setLeaving(null)} />}
    </>
  );
}

function RemoveSource({ source, onDone }: { source: SourceStatus; onDone: () => void }) {
  const client = useQueryClient();
  const say = useToast();
  const remove = useMutation(deleteSourceOptions(client));
  return (
    <Dialog open onClose={onDone} title={`Remove ${source.name}?`}>
      <p className="pt-2 text-fg-2">
        Its settings go. Lines that it has sent stay, and lines that it sends from now on are read
        as those of an unknown source.
      </p>
      {remove.isError && (
        <p role="alert" className="pt-2 text-bad">
          {errorText(remove.error)}
        </p>
      )}
      <div className="flex justify-end gap-2 pt-4">
        <Button onClick={onDone}>Keep</Button>
        <Button
          look="danger"
          icon="trash"
          disabled={remove.isPending}
          onClick={() =>
            remove.mutate(source.name, {
              onSuccess: () => {
                say(`Removed ${source.name}.`);
                onDone();
              },
            })
          }
        >
          Remove source
        </Button>
      </div>
    </Dialog>
  );
}

function formatTitle(source: SourceStatus, formats: FormatOption[]): string {
  if (source.format === "auto") return "found by itself";
  const title = formatNamed(formats, source.format)?.title ?? source.format;
  return source.formatString ? `${title}, own format` : title;
}

function sessionWords({ session }: SourceStatus): string {
  if (!session) return "found by itself";
  if (session.cookie) return `cookie ${session.cookie}`;
  if (session.header) return `header ${session.header}`;
  if (session.query) return `parameter ${session.query}`;
  return session.capture ? `capture ${session.capture}` : "found by itself";
}

function affinityWords({ affinity }: SourceStatus): string {
  if (!affinity) return "not declared";
  return affinity.cookie ? `${affinity.method} ${affinity.cookie}` : affinity.method;
}

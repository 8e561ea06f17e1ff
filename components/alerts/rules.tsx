"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { rulesOptions, saveRulesOptions } from "@/lib/browser/queries/alerts";
import type { Rule } from "@/lib/domain/alerts/rule";
import type { RulesAnswer } from "@/lib/schemas/alerts";
import { conditionWords, kindWords, scopeWords } from "@/lib/view/alert-words";
import { countOf, formatDuration } from "@/lib/view/numbers";
import { Button, IconButton } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Answer, Empty, errorText } from "../ui/states";
import { Heading, Table } from "../ui/table";
import { Tag } from "../ui/tag";
import { useToast } from "../ui/toast";
import { draftOfRule, emptyRule, type RuleDraft } from "./rule-draft";
import { RuleForm } from "./rule-form";

/** The rules, to be entered, changed, switched off and removed. */
export function Rules() {
  const question = useQuery(rulesOptions());
  return (
    <Answer question={question} what="the rules">
      {({ items, file }) => <RuleTable rules={items} file={file} />}
    </Answer>
  );
}

function RuleTable({ rules, file }: { rules: Rule[]; file: RulesAnswer["file"] }) {
  const client = useQueryClient();
  const say = useToast();
  const save = useMutation(saveRulesOptions(client));
  const [form, setForm] = useState<{ draft: RuleDraft; before: Rule | null } | null>(null);
  const [leaving, setLeaving] = useState<Rule | null>(null);
  const ofFile = new Set(file?.ids);
  const put = (items: Rule[], done: string) =>
    save.mutate(
      { items: items.filter(({ id }) => !ofFile.has(id)) },
      {
        onSuccess: () => {
          say(done);
          setForm(null);
          setLeaving(null);
        },
        onError: (error) => say(errorText(error), "bad"),
      },
    );
  const add = (
    <Button icon="plus" onClick={() => setForm({ draft: emptyRule, before: null })}>
      Add a rule
    </Button>
  );
  return (
    <>
      <div className="al-tools">
        <span className="text-fg-2">
          What is too much. Findings of one cause in one pool are one alert.
        </span>
        {add}
      </div>
      {file && <RulesFileNote file={file} />}
      {rules.length === 0 ? (
        <Empty title="No rule">Without a rule no alert is raised.</Empty>
      ) : (
        <Table
          caption="Rules"
          head={
            <>
              <Heading>Rule</Heading>
              <Heading>Condition</Heading>
              <Heading>Where</Heading>
              <Heading>For</Heading>
              <Heading>Severity</Heading>
              <Heading>Channels</Heading>
              <Heading>
                <span className="vh">Actions</span>
              </Heading>
            </>
          }
        >
          {rules.map((rule) => (
            <tr key={rule.id} className={rule.enabled ? "" : "text-fg-3"}>
              <td>
                <b>{rule.name}</b> {!rule.enabled && <Tag>off</Tag>}{" "}
                {ofFile.has(rule.id) && <Tag>from file</Tag>}
              </td>
              <td className="al-condition">
                {kindWords[rule.condition.kind]}: {conditionWords(rule.condition)}
              </td>
              <td>{scopeWords(rule)}</td>
              <td>{rule.forSeconds === 0 ? "at once" : formatDuration(rule.forSeconds * 1000)}</td>
              <td>{rule.severity}</td>
              <td>{rule.channels === null ? "all" : rule.channels.join(", ")}</td>
              <td className="num">
                <span className={ofFile.has(rule.id) ? "hidden" : "inline-flex"}>
                  <IconButton
                    icon={rule.enabled ? "pause" : "play"}
                    label={`${rule.enabled ? "Switch off" : "Switch on"} ${rule.name}`}
                    disabled={save.isPending}
                    onClick={() =>
                      put(
                        rules.map((other) =>
                          other.id === rule.id ? { ...rule, enabled: !rule.enabled } : other,
                        ),
                        `Switched ${rule.enabled ? "off" : "on"}: ${rule.name}.`,
                      )
                    }
                  />
                  <IconButton
                    icon="edit"
                    label={`Edit ${rule.name}`}
                    onClick={() => setForm({ draft: draftOfRule(rule), before: rule })}
                  />
                  <IconButton
                    icon="trash"
                    label={`Remove ${rule.name}`}
                    onClick={() => setLeaving(rule)}
                  />
                </span>
              </td>
            </tr>
          ))}
        </Table>
      )}
      <Dialog
        wide
        open={form !== null}
        onClose={() => setForm(null)}
        title={form?.before ? "Edit the rule" : "Add a rule"}
      >
        {form && (
          <RuleForm
            initial={form.draft}
            before={form.before}
            taken={new Set(rules.map(({ id }) => id))}
            saving={save.isPending}
            error={save.isError ? errorText(save.error) : null}
            onCancel={() => setForm(null)}
            onRule={(rule) =>
              put(
                form.before
                  ? rules.map((other) => (other.id === rule.id ? rule : other))
                  : [...rules, rule],
                `Saved ${rule.name}.`,
              )
            }
          />
        )}
      </Dialog>
      <Dialog
        open={leaving !== null}
        onClose={() => setLeaving(null)}
        title={`Remove ${leaving?.name ?? ""}?`}
      >
        <p className="pt-2 text-fg-2">Alerts that rest on it alone are resolved.</p>
        <div className="flex justify-end gap-2 pt-4">
          <Button onClick={() => setLeaving(null)}>Keep</Button>
          <Button
            look="danger"
            icon="trash"
            disabled={save.isPending}
            onClick={() =>
              leaving &&
              put(
                rules.filter(({ id }) => id !== leaving.id),
                `Removed ${leaving.name}.`,
              )
            }
          >
            Remove rule
          </Button>
        </div>
      </Dialog>
    </>
  );
}

/** Where the rules that cannot be changed here come from, and what is wrong there. */
function RulesFileNote({ file }: { file: NonNullable<RulesAnswer["file"]> }) {
  return (
    <div className="pb-3 text-fg-2">
      <p>
        {countOf(file.ids.length, "rule comes", "rules come")} from <code>{file.path}</code>, and{" "}
        {file.ids.length === 1 ? "is" : "are"} changed there.
      </p>
      {file.faults.length > 0 && (
        <div role="alert" className="text-bad">
          <p>The file cannot be used as it is; what was read before stays at work.</p>
          <ul>
            {file.faults.map(({ line, reason }) => (
              <li key={`${line} ${reason}`}>
                Line {line}: {reason}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

import pg from "pg";
import { onOneMachine } from "../../on-cluster";
import { brokenRules, loadParser } from "./rules";

/**
 * Looks at every statement that this process sends to a database, whoever
 * sends it: what Citus would refuse is remembered, each text once.
 */
const seen = new Set<string>();
const broken = new Map<string, string[]>();
let watching = false;

function statementOf(given: unknown): string | null {
  if (typeof given === "string") return given;
  if (typeof given !== "object" || given === null) return null;
  // A query with values, or a stream that copies.
  return "text" in given && typeof given.text === "string" ? given.text : null;
}

function look(statement: string): void {
  if (seen.has(statement) || statement.includes(onOneMachine)) return;
  seen.add(statement);
  const rules = brokenRules(statement);
  if (rules.length > 0) broken.set(statement, rules);
}

export async function watchStatements(): Promise<void> {
  if (watching) return;
  watching = true;
  await loadParser();
  const send = pg.Client.prototype.query;
  pg.Client.prototype.query = function query(this: pg.Client, ...given: unknown[]) {
    const statement = statementOf(given[0]);
    if (statement !== null) look(statement);
    return Reflect.apply(send, this, given);
  };
}

/** What was found since the last time, in words that name the statement and the rule; empty when nothing was. */
export function foundStatements(): string[] {
  const found = [...broken].map(
    ([statement, rules]) => `${rules.join("; ")}, in:\n${statement.trim()}`,
  );
  broken.clear();
  return found;
}

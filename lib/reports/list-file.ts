import { Problem } from "@/lib/domain/problem";
import type { ListFormat } from "@/lib/schemas/lists";
import type { Bounce, Loss, SessionRow } from "@/lib/schemas/results";
import { csvLine } from "@/lib/view/csv";

/** Rows that one file may hold; of more, the first. */
export const mostRows = 100_000;
/** Rows that are read at a time: more is faster, and holds more memory for each file that somebody reads slowly. */
export const rowsAtOnce = 400;

type Page<Row> = { items: Row[]; nextCursor: string | null };
type Column<Row> = [name: string, read: (row: Row) => string | number | boolean | null | undefined];

/** The columns of a list as CSV, named as in the JSON; lists within a cell are apart by spaces. */
export const sessionColumns: Column<SessionRow>[] = [
  ["id", (row) => row.id],
  ["pool", (row) => row.pool],
  ["client", (row) => row.client],
  ["firstSeen", (row) => row.firstSeen],
  ["lastSeen", (row) => row.lastSeen],
  ["lastBounce", (row) => row.lastBounce],
  ["requests", (row) => row.requests],
  ["bounces", (row) => row.bounces],
  ["unexplained", (row) => row.unexplained],
  ["returns", (row) => row.returns],
  ["lost", (row) => row.lost],
  ["pingPong", (row) => row.pingPong],
  ["mainCause", (row) => row.mainCause],
  ["nodes", (row) => row.nodes.join(" ")],
  ["lbs", (row) => row.lbs.join(" ")],
];

const evidenceText = ({ evidence }: Pick<Bounce, "evidence">) =>
  evidence.map(({ field, value, meaning }) => `${field}=${value}: ${meaning}`).join("; ");

export const bounceColumns: Column<Bounce>[] = [
  ["at", (row) => row.at],
  ["session", (row) => row.session],
  ["pool", (row) => row.pool],
  ["lb", (row) => row.lb],
  ["from", (row) => row.from],
  ["to", (row) => row.to],
  ["isReturn", (row) => row.isReturn],
  ["cause", (row) => row.cause],
  ["class", (row) => row.class],
  ["confidence", (row) => row.confidence],
  ["path", (row) => row.path],
  ["correlationId", (row) => row.correlationId],
  ["evidence", evidenceText],
];

export const lossColumns: Column<Loss>[] = [
  ["at", (row) => row.at],
  ["session", (row) => row.session],
  ["pool", (row) => row.pool],
  ["node", (row) => row.node],
  ["lostTo", (row) => row.lostTo],
  ["correlationId", (row) => row.correlationId],
  ["evidence", evidenceText],
];

/**
 * A whole list as a file, piece by piece, read as fast as it is taken. The JSON
 * is a list as the interface gives it, whose `nextCursor` is not null where the
 * file ends before the list does; a CSV then says so in its last line.
 * @param pageAt a page of at most `rowsAtOnce` rows.
 * @throws {Problem} 400 for a column that the list has not.
 */
export async function listFile<Row>(
  format: ListFormat,
  all: readonly Column<Row>[],
  chosen: string | undefined,
  pageAt: (cursor: string | undefined) => Promise<Page<Row>>,
): Promise<AsyncGenerator<string>> {
  const columns = columnsOf(all, chosen);
  // Asked before the answer begins, so that what is wrong with the question is still told by its status.
  const first = await pageAt(undefined);
  return format === "csv" ? csv(columns, first, pageAt) : json(first, pageAt);
}

/** The text of one page after the other, each with where the list goes on if the file ends before it. */
async function* texts<Row>(
  first: Page<Row>,
  pageAt: (cursor: string) => Promise<Page<Row>>,
  write: (rows: readonly Row[]) => string,
): AsyncGenerator<{ text: string; left: string | null }> {
  let page = first;
  let count = 0;
  for (;;) {
    const { items, nextCursor } = page;
    count += items.length;
    const isLast = nextCursor === null || count >= mostRows;
    const text = write(items);
    // Whoever reads slowly is waited for with the text alone.
    items.length = 0;
    yield { text, left: isLast ? nextCursor : null };
    if (isLast) return;
    page = await pageAt(nextCursor);
  }
}

async function* csv<Row>(
  columns: readonly Column<Row>[],
  first: Page<Row>,
  pageAt: (cursor: string) => Promise<Page<Row>>,
) {
  yield csvLine(columns.map(([name]) => name));
  const write = (rows: readonly Row[]) =>
    rows.map((row) => csvLine(columns.map(([, read]) => read(row)))).join("");
  for await (const { text, left } of texts(first, pageAt, write)) {
    yield text;
    if (left !== null)
      yield csvLine([`Only the first ${mostRows} rows: narrow the range or the filters`]);
  }
}

async function* json<Row>(first: Page<Row>, pageAt: (cursor: string) => Promise<Page<Row>>) {
  yield '{"items":[';
  let between = "\n";
  let end: string | null = null;
  const write = (rows: readonly Row[]) => {
    let piece = "";
    for (const row of rows) {
      piece += `${between}${JSON.stringify(row)}`;
      between = ",\n";
    }
    return piece;
  };
  for await (const { text, left } of texts(first, pageAt, write)) {
    yield text;
    end = left;
  }
  yield `\n],"nextCursor":${JSON.stringify(end)}}\n`;
}

function columnsOf<Row>(all: readonly Column<Row>[], chosen: string | undefined) {
  if (!chosen) return all;
  const names = chosen.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !all.some(([known]) => known === name));
  if (unknown !== undefined)
    throw new Problem(400, "Column not known", `The columns are ${all.map(([name]) => name)}`, {
      errors: [{ path: "columns", message: `no column ${unknown}` }],
    });
  return all.filter(([name]) => names.includes(name));
}

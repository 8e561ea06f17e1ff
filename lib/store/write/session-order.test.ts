import { expect, it } from "vitest";
import { RowWriter, writeUuid } from "./row-writer";
import { inSessionOrder, keyPlace } from "./session-order";

const rest = "-0000-0000-0000-000000000000";

/** A row that was packed for a session, and one that it is written in. */
function rowFor(writer: RowWriter, written: string | null, session: string) {
  writer.begin(1);
  writer.uuid(written ?? `ffffffff${rest}`);
  return { request: { row: writer.end(), written }, as: { session } };
}

function placeOf(session: string): number {
  const bytes = Buffer.alloc(16);
  writeUuid(bytes, 0, session);
  return keyPlace(bytes, 0);
}

it("puts rows in the order of the key of the sessions they are written in, those of a session as they came", () => {
  const writer = new RowWriter();
  const rows = Array.from({ length: 3000 }, (_, n) => {
    const session = `${((n * 7919) % 256).toString(16).padStart(2, "0")}000000${rest}`;
    // Some were packed for nobody, or for another session than an event tells.
    const written = n % 3 === 0 ? null : n % 5 === 0 ? `00000000${rest}` : session;
    return rowFor(writer, written, session);
  });
  const places = new Map(rows.map((row, at) => [row, at]));
  const wanted = [...rows].sort(
    (a, b) =>
      placeOf(a.as.session) - placeOf(b.as.session) || (places.get(a) ?? 0) - (places.get(b) ?? 0),
  );
  expect(inSessionOrder(rows)).toEqual(wanted);
});

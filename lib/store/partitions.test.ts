import pg from "pg";
import { expect, it } from "vitest";
import { lacksPartition } from "./partitions";

const pool = new pg.Pool();

function refusal(code: string, message: string): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError(message, message.length, "error"), { code });
}

it.each([
  ["23514", 'no partition of relation "request_rows" found for row', true],
  // What a cluster's coordinator says of a row that a shard refused has no code of its own.
  ["XX000", 'no partition of relation "request_rows_102008" found for row', true],
  [
    "XX000",
    'duplicate key value violates unique constraint "request_rows_20261121_pkey_102010"',
    false,
  ],
  ["23514", 'new row for relation "sources" violates check constraint "named"', false],
])("takes %s, %s for a day whose partition is gone: %s", (code, message, isLacking) => {
  expect(lacksPartition(refusal(code, message), pool)).toBe(isLacking);
});

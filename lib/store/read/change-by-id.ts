import { z } from "zod";
import { defineQuery } from "../query";
import { changeColumns, changeRow } from "./change-row";

/** The change of an id; none where there is no such change. */
export const changeById = defineQuery({
  name: "change-by-id",
  sql: `SELECT ${changeColumns} FROM changes c WHERE c.id = $id::uuid`,
  params: z.object({ id: z.string() }),
  row: changeRow,
});

/** Tables whose rows PostgreSQL numbers, and the column that has the number. */
export const numbered: Readonly<Record<string, string>> = {
  alert_notifications: "id",
  ingest_keys: "id",
  lbs: "id",
  nodes: "id",
  pools: "id",
  proofs: "id",
  session_gains: "n",
  shapes: "id",
  sources: "id",
  texts: "id",
  unreviewed: "n",
  unsettled: "n",
};

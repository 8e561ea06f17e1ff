import type { SourceRules } from "./source-rules";

/** A source about which nothing is said: its lines' format is found out. */
export const plainSource: SourceRules = {
  id: 1,
  name: "edge",
  format: "auto",
  formatString: null,
  lb: null,
  pool: null,
  timezone: null,
  session: null,
  correlation: null,
  affinity: null,
  nodes: null,
  demo: false,
};

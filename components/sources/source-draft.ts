import type { AffinityMethod } from "@/lib/domain/facts";
import { type SourceInput, sourceInputSchema, sourceNameSchema } from "@/lib/schemas/ingest";

/** The source form's fields, as typed. */
export interface SourceDraft {
  name: string;
  format: string;
  formatString: string;
  pool: string;
  lb: string;
  timezone: string;
  sessionKind: "" | "cookie" | "header" | "query" | "capture";
  sessionName: string;
  correlationKind: "" | "header" | "field";
  correlationName: string;
  affinity: "" | AffinityMethod;
  affinityCookie: string;
  idleSeconds: string;
  lifeSeconds: string;
  /** One node a line: `web-01 = 10.0.1.11:8080, 10.0.1.11`. */
  nodes: string;
}

export const emptyDraft: SourceDraft = {
  name: "",
  format: "auto",
  formatString: "",
  pool: "",
  lb: "",
  timezone: "",
  sessionKind: "",
  sessionName: "",
  correlationKind: "",
  correlationName: "",
  affinity: "",
  affinityCookie: "",
  idleSeconds: "",
  lifeSeconds: "",
  nodes: "",
};

const sessionKinds = ["cookie", "header", "query", "capture"] as const;
const correlationKinds = ["header", "field"] as const;

export function draftOf(name: string, source: SourceInput): SourceDraft {
  const sessionKind = sessionKinds.find((kind) => source.session?.[kind] !== undefined) ?? "";
  const correlationKind =
    correlationKinds.find((kind) => source.correlation?.[kind] !== undefined) ?? "";
  return {
    name,
    format: source.format,
    formatString: source.formatString ?? "",
    pool: source.pool ?? "",
    lb: source.lb ?? "",
    timezone: source.timezone ?? "",
    sessionKind,
    sessionName: sessionKind === "" ? "" : (source.session?.[sessionKind] ?? ""),
    correlationKind,
    correlationName: correlationKind === "" ? "" : (source.correlation?.[correlationKind] ?? ""),
    affinity: source.affinity?.method ?? "",
    affinityCookie: source.affinity?.cookie ?? "",
    idleSeconds: source.affinity?.idleSeconds?.toString() ?? "",
    lifeSeconds: source.affinity?.lifeSeconds?.toString() ?? "",
    nodes: (source.nodes ?? [])
      .map((node) => `${node.name} = ${node.addresses.join(", ")}`)
      .join("\n"),
  };
}

export type DraftErrors = Partial<Record<keyof SourceDraft, string>>;

export type ReadDraft =
  | { ok: true; name: string; source: SourceInput }
  | { ok: false; errors: DraftErrors };

/** The form as the server takes it, or what is wrong with which field. */
export function readDraft(draft: SourceDraft): ReadDraft {
  const errors: DraftErrors = {};
  const name = sourceNameSchema.safeParse(draft.name.trim());
  if (!name.success) errors.name = name.error.issues[0]?.message ?? "not a name";
  if (draft.sessionKind && !draft.sessionName.trim()) errors.sessionName = "Name it.";
  if (draft.correlationKind && !draft.correlationName.trim()) errors.correlationName = "Name it.";
  const idleSeconds = readSeconds(draft.idleSeconds);
  const lifeSeconds = readSeconds(draft.lifeSeconds);
  if (idleSeconds === null) errors.idleSeconds = "Whole seconds, above zero.";
  if (lifeSeconds === null) errors.lifeSeconds = "Whole seconds, above zero.";
  const nodes = readNodes(draft.nodes);
  if (nodes === null) errors.nodes = "One node a line: name = address, address";
  const text = (value: string) => (value.trim() === "" ? null : value.trim());
  const source = sourceInputSchema.safeParse({
    format: draft.format,
    formatString: text(draft.formatString),
    pool: text(draft.pool),
    lb: text(draft.lb),
    timezone: text(draft.timezone),
    session: draft.sessionKind ? { [draft.sessionKind]: draft.sessionName.trim() } : null,
    correlation: draft.correlationKind
      ? { [draft.correlationKind]: draft.correlationName.trim() }
      : null,
    affinity: draft.affinity
      ? {
          method: draft.affinity,
          ...(text(draft.affinityCookie) ? { cookie: draft.affinityCookie.trim() } : {}),
          ...(idleSeconds ? { idleSeconds } : {}),
          ...(lifeSeconds ? { lifeSeconds } : {}),
        }
      : null,
    nodes: nodes && nodes.length > 0 ? nodes : null,
  });
  if (!source.success)
    for (const issue of source.error.issues) {
      const field = String(issue.path[0] ?? "format");
      if (isField(field)) errors[field] ??= issue.message;
      else errors.format ??= issue.message;
    }
  return name.success && source.success && Object.keys(errors).length === 0
    ? { ok: true, name: name.data, source: source.data }
    : { ok: false, errors };
}

export function isField(name: string): name is keyof SourceDraft {
  return name in emptyDraft;
}

/** Undefined when empty, null when it is not a number of seconds. */
function readSeconds(text: string): number | null | undefined {
  if (text.trim() === "") return undefined;
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : null;
}

function readNodes(text: string): { name: string; addresses: string[] }[] | null {
  const nodes: { name: string; addresses: string[] }[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const [name, list, ...rest] = line.split("=").map((part) => part.trim());
    const addresses = (list ?? "")
      .split(",")
      .map((part) => part.trim())
      .filter(Boolean);
    if (!name || addresses.length === 0 || rest.length > 0) return null;
    nodes.push({ name, addresses });
  }
  return nodes;
}

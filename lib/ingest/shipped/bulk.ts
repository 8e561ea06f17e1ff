import { isRecord, type Message, messageOfDocument, sourceFrom } from "./message";

/** One action of an Elasticsearch `_bulk` body, and what stands for it in the answer. */
export interface BulkItem {
  action: "index" | "create" | "update" | "delete";
  index: string;
  /** As the client gave it; null: to be made. */
  id: string | null;
  /** What it brings; null for an action that is not taken here. */
  message: Message | null;
}

/** The body is no `_bulk` body; the message says from where on. */
export class BulkError extends Error {
  override name = "BulkError";
}

const actions = ["index", "create", "update", "delete"] as const;

/**
 * The items of a `_bulk` body: an action on one line, its document on the next.
 * @param pathIndex the index that the call's path names, for actions that name none.
 * @throws BulkError
 */
export function bulkItems(body: string, pathIndex: string | null): BulkItem[] {
  const items: BulkItem[] = [];
  const lines = body.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const head = (lines[at] ?? "").trim();
    if (head === "") continue;
    const given = parsed(head);
    const action = actions.find((name) => isRecord(given) && isRecord(given[name]));
    const told = isRecord(given) && action ? given[action] : undefined;
    if (!action || !isRecord(told))
      throw new BulkError(`line ${at + 1}: expected index, create, update or delete`);
    const index = typeof told._index === "string" ? told._index : pathIndex;
    if (index === null) throw new BulkError(`line ${at + 1}: the action names no index`);
    const id = told._id === undefined || told._id === null ? null : String(told._id);
    if (action === "delete") {
      items.push({ action, index, id, message: null });
      continue;
    }
    at += 1;
    const text = lines[at]?.trim();
    if (!text) throw new BulkError(`line ${at + 1}: expected the document of the action before`);
    const message = action === "update" ? null : messageOf(index, text);
    items.push({ action, index, id, message });
  }
  return items;
}

function messageOf(index: string, text: string): Message {
  const source = sourceOfIndex(index);
  const document = parsed(text);
  if (document === undefined)
    return { kind: "unread", source, reason: "the document is not JSON", text };
  const named = isRecord(document) ? (document["hopwatch.source"] ?? fieldSource(document)) : null;
  return messageOfDocument(sourceFrom(named, source), document, text);
}

/** What Filebeat's `fields` say. */
function fieldSource(document: Record<string, unknown>): unknown {
  return isRecord(document.fields) ? document.fields.source : undefined;
}

/** An index without the date and number that rolling gives it: `edge-2026.11.21-000001` is of the source `edge`. */
function sourceOfIndex(index: string): string {
  const bare = index
    .replace(/^\.ds-/, "")
    .replace(/-\d{4}[.-]\d\d(?:[.-]\d\d)?(?:-\d{6})?$/, "")
    .replace(/-\d{6}$/, "");
  return sourceFrom(bare, "elastic");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

import { parseJsonText } from "./json-text";

/**
 * The members of the JSON object that begins at `start`, as text: numbers and
 * booleans as JSON writes them, null left out, members of an object inside by
 * their own name where none above has it. Null when there is no object.
 */
export function readJsonObject(line: string, start: number): Map<string, string> | null {
  const object = objectAt(line, start);
  if (object === null) return null;
  const members = new Map<string, string>();
  addMembers(members, object, 0);
  return members;
}

/** As `readJsonObject`, with the members of an object inside by their path, `upstream.host`. */
export function readJsonPaths(line: string, start: number): Map<string, string> | null {
  const object = objectAt(line, start);
  if (object === null) return null;
  const members = new Map<string, string>();
  addPaths(members, object, "", 0);
  return members;
}

function objectAt(line: string, start: number): object | null {
  const parsed = parseJsonText(start === 0 ? line : line.slice(start));
  return typeof parsed !== "object" || parsed === null || Array.isArray(parsed) ? null : parsed;
}

function addPaths(members: Map<string, string>, object: object, within: string, depth: number) {
  for (const [name, value] of Object.entries(object)) {
    const path = within + name;
    if (typeof value === "string") members.set(path, value.replaceAll("\0", "\ufffd"));
    else if (typeof value === "number" || typeof value === "boolean")
      members.set(path, String(value));
    else if (typeof value === "object" && value !== null && !Array.isArray(value) && depth < 5)
      addPaths(members, value, `${path}.`, depth + 1);
  }
}

function addMembers(members: Map<string, string>, object: object, depth: number): void {
  const inner: object[] = [];
  for (const [name, value] of Object.entries(object)) {
    if (typeof value === "string") {
      if (!members.has(name))
        members.set(name, value.includes("\0") ? value.replaceAll("\0", "\ufffd") : value);
    } else if (typeof value === "number" || typeof value === "boolean") {
      if (!members.has(name)) members.set(name, String(value));
    } else if (typeof value === "object" && value !== null && !Array.isArray(value))
      inner.push(value);
  }
  if (depth < 3) for (const each of inner) addMembers(members, each, depth + 1);
}

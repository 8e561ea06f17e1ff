/**
 * The members of the JSON object that begins at `start`, as text: numbers and
 * booleans as JSON writes them, null left out, members of an object inside by
 * their own name where none above has it. Null when there is no object.
 */
export function readJsonObject(line: string, start: number): Map<string, string> | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(start === 0 ? line : line.slice(start));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return null;
  const members = new Map<string, string>();
  addMembers(members, parsed, 0);
  return members;
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

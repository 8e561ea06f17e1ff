import { parseJsonText } from "@/lib/formats/json-text";

/** Members that hold a list of records: Azure's batches, Kubernetes' lists, AWS's target health. */
const lists = ["records", "items", "TargetHealthDescriptions"];
/**
 * The records of a line that holds several in one JSON list, each as a line of
 * its own; null for any other line. What stands beside the list (a time, a
 * target group) is said of each of them.
 */
export function recordsIn(text: string): string[] | null {
  const code = text.charCodeAt(0);
  if (code === 123) {
    const head = text.slice(0, 2048);
    if (!lists.some((name) => head.includes(`"${name}"`))) return null;
  } else if (code !== 91 || !/^\[\s*\{/.test(text.slice(0, 64))) return null;
  const parsed = parseJsonText(text);
  if (typeof parsed !== "object" || parsed === null) return null;
  if (Array.isArray(parsed)) return recordsOf(parsed, {});
  const members = Object.entries(parsed);
  const list = members.find(([name, value]) => lists.includes(name) && Array.isArray(value));
  if (!list || !Array.isArray(list[1])) return null;
  const beside = members.filter(
    ([, value]) => typeof value === "string" || typeof value === "number",
  );
  return recordsOf(list[1], Object.fromEntries(beside));
}

function recordsOf(list: unknown[], beside: object): string[] | null {
  const records: string[] = [];
  for (const record of list) {
    if (typeof record !== "object" || record === null) return null;
    records.push(JSON.stringify({ ...beside, ...record }));
  }
  return records.length > 0 ? records : null;
}

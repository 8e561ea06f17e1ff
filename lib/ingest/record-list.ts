/** Members that hold a list of records: Azure's batches, Kubernetes' lists, AWS's target health. */
const lists = ["records", "items", "TargetHealthDescriptions"];
const mayHoldOne =
  /^\s*(?:\[\s*\{|\{[\s\S]{0,2000}"(?:records|items|TargetHealthDescriptions)"\s*:\s*\[)/;

/**
 * The records of a line that holds several in one JSON list, each as a line of
 * its own; null for any other line. What stands beside the list (a time, a
 * target group) is said of each of them.
 */
export function recordsIn(text: string): string[] | null {
  const head = text.charCodeAt(0);
  if ((head !== 123 && head !== 91) || !mayHoldOne.test(text.slice(0, 2100))) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
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

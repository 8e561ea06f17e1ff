import { lookupOutputSchema, type Session } from "@/lib/schemas/results";
import type { House } from "./house";

/** The sessions that a raw session ID, correlation ID, client address or Hopwatch's own id names. */
export async function lookup(house: House, value: string): Promise<Session[]> {
  return lookupOutputSchema.parse(await house.ask("/api/v1/sessions/lookup", { value })).items;
}

/** Sessions as a person reads them. */
export function sessionsText(sessions: readonly Session[], url: string): string {
  if (sessions.length === 0) return "No session is known by this value.\n";
  return sessions
    .map((session) => {
      const lines = [
        `${session.id}  pool ${session.pool}`,
        `  seen      ${session.firstSeen} to ${session.lastSeen}`,
        `  requests  ${session.requests}`,
        `  nodes     ${session.nodes.join(", ") || "none"}`,
        `  bounces   ${session.bounces} (${session.unexplained} unexplained${session.mainCause ? `, mostly ${session.mainCause}` : ""})`,
        `  lost      ${session.lost}`,
        `  timeline  ${url}/sessions/${session.id}`,
      ];
      return `${lines.join("\n")}\n`;
    })
    .join("\n");
}

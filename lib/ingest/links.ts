import type { PoolClient } from "pg";
import type { EventFact, RequestFact } from "@/lib/correlate/facts";
import { correlationWindowMs } from "@/lib/correlate/membership";
import { correlationUuid } from "@/lib/domain/correlation-id";
import type { EpochMs } from "@/lib/domain/facts";
import {
  type EventLink,
  eventLinks,
  hasEventLinks,
  mostPerCorrelation,
  type RequestLink,
  requestLinks,
} from "@/lib/store/write/links";

/** Events and requests that share correlation IDs, as far as a batch needs them. */
export class Links {
  readonly events = new Map<string, EventLink[]>();
  private readonly asked = new Set<string>();
  private readonly keys = new Map<string, string[]>();

  constructor(
    private readonly client: PoolClient,
    private readonly secret: Uint8Array,
  ) {}

  async loadEventsFor(requests: readonly RequestFact[]): Promise<void> {
    const keys = new Set<string>();
    let from = Number.POSITIVE_INFINITY;
    let to = Number.NEGATIVE_INFINITY;
    for (const { correlations, startedAt } of requests) {
      if (correlations.length === 0) continue;
      for (const key of correlations) keys.add(key);
      from = Math.min(from, startedAt);
      to = Math.max(to, startedAt);
    }
    await this.load([...keys], from, to);
  }

  private async load(wanted: string[], from: EpochMs, to: EpochMs): Promise<void> {
    const keys = wanted.filter((key) => !this.asked.has(key));
    if (keys.length === 0) return;
    const [start, end] = [from - correlationWindowMs, to + correlationWindowMs];
    if (!(await hasEventLinks(this.client, start, end))) {
      for (const key of keys) this.asked.add(key);
      return;
    }
    const found = await eventLinks(this.client, keys, start, end);
    for (const key of keys) this.asked.add(key);
    for (const link of found) this.add(link);
    this.forgetConstants();
  }

  private add(link: EventLink): void {
    const group = this.events.get(link.correlation);
    if (!group) this.events.set(link.correlation, [link]);
    else if (!group.some((other) => other.id === link.id && other.session === link.session))
      group.push(link);
  }

  private forgetConstants(): void {
    for (const [key, group] of this.events)
      if (group.length > mostPerCorrelation) this.events.delete(key);
  }

  addEvents(events: readonly EventFact[]): void {
    for (const { correlationKey, session, id, at, type, node } of events)
      if (correlationKey !== null)
        this.add({ correlation: correlationKey, session, id, at, type, node });
    this.forgetConstants();
  }

  /** Requests stored before whose place may change: those that a new event, or an earlier starter, speaks of. */
  async loadRequests(
    fresh: readonly RequestFact[],
    freshEvents: readonly EventFact[],
  ): Promise<RequestLink[]> {
    const wanted = new Set<string>();
    let from = Number.POSITIVE_INFINITY;
    let to = Number.NEGATIVE_INFINITY;
    const reach = (at: EpochMs) => {
      from = Math.min(from, at);
      to = Math.max(to, at);
    };
    for (const event of freshEvents)
      if (event.correlationKey !== null) {
        wanted.add(event.correlationKey);
        reach(event.at);
      }
    for (const request of fresh)
      for (const key of request.correlations)
        if (this.events.get(key)?.some((event) => event.type === "session.created")) {
          wanted.add(key);
          reach(request.startedAt);
        }
    if (wanted.size === 0) return [];
    const found = await requestLinks(
      this.client,
      [...wanted],
      from - correlationWindowMs,
      to + correlationWindowMs,
    );
    const counts = new Map<string, number>();
    for (const link of found) counts.set(link.correlation, (counts.get(link.correlation) ?? 0) + 1);
    for (const [key, count] of counts) if (count > mostPerCorrelation) this.events.delete(key);
    // A constant may also show in the batch itself.
    const inBatch = new Map<string, number>();
    for (const request of fresh)
      for (const key of request.correlations)
        if (wanted.has(key)) inBatch.set(key, (inBatch.get(key) ?? 0) + 1);
    for (const [key, count] of inBatch)
      if (count + (counts.get(key) ?? 0) > mostPerCorrelation) this.events.delete(key);

    const stored = found.filter(
      (link) => (counts.get(link.correlation) ?? 0) <= mostPerCorrelation,
    );
    const others = new Set<string>();
    for (const link of stored) {
      for (const key of this.keysOf(link)) others.add(key);
      reach(link.startedAt);
    }
    // All events with the keys wanted so far, then those with the other IDs of the requests found.
    await this.load([...wanted, ...others], from, to);
    return stored;
  }

  keysOf(request: RequestLink): string[] {
    let keys = this.keys.get(request.id);
    if (!keys) {
      keys = request.correlations.map((id) => correlationUuid(this.secret, id));
      this.keys.set(request.id, keys);
    }
    return keys;
  }
}

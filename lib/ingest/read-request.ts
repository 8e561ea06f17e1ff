import type { Placed, RequestFact } from "@/lib/correlate/facts";
import type { EpochMs } from "@/lib/domain/facts";
import { normaliseSessionKey, routeInSessionValue, sessionUuid } from "@/lib/domain/session-key";
import { addressText } from "@/lib/store/write/address";
import type { BareRequests } from "@/lib/store/write/bare-requests";
import { type Membership, packedId } from "@/lib/store/write/request-rows";
import type { PackedRow, RowWriter } from "@/lib/store/write/row-writer";
import type { Shape } from "@/lib/store/write/shapes";
import { uuidOf, uuidWords } from "@/lib/store/write/uuid-words";
import { copyOf } from "./text-memory";

/** What a session's raw key means; raw, the bare key goes no further than the reading of lines. */
export interface KnownKey {
  /** Null where the value names no session. */
  session: string | null;
  /** The session's id in quarters. */
  w0: number;
  w1: number;
  w2: number;
  w3: number;
  bare: string | null;
  /** The node that the value names beside the session. */
  route: string | null;
  /** The address that came with it last. */
  client: string;
  /** How a request stands in the session that presents the key, and one whose response sets it; made when first asked for. */
  presenting: Membership | null;
  setting: Membership | null;
}

const words = new Int32Array(4);

export function knownKey(secret: Uint8Array, value: string): KnownKey {
  const session = sessionUuid(secret, value);
  const bare = normaliseSessionKey(value);
  const known = session === null ? null : copyOf(session);
  const made = keyOfSession(known);
  made.bare = bare === null ? null : copyOf(bare);
  made.route = routeInSessionValue(value);
  return made;
}

function keyOfSession(session: string | null): KnownKey {
  if (session !== null) uuidWords(session, words);
  return {
    session,
    w0: words[0] ?? 0,
    w1: words[1] ?? 0,
    w2: words[2] ?? 0,
    w3: words[3] ?? 0,
    bare: null,
    route: null,
    client: "",
    presenting: null,
    setting: null,
  };
}

function membershipOf(session: string, hasKey: boolean): Membership {
  return { session, tie: 1, starts: false, startEvent: false, hasKey };
}

/** What few requests have; one object for all that have none of it. */
export interface Rarities {
  nodeAddress: string | null;
  demo: boolean;
  address: string | null;
  correlations: string[];
}

/** Nobody changes it. */
export const noRarities: Rarities = {
  nodeAddress: null,
  demo: false,
  address: null,
  correlations: [],
};

/**
 * A request as it waits to be written: as few bytes as may be, as tens of thousands wait. It is its own row, and its own
 * place where its key tells that.
 */
export class ReadRequest implements RequestFact, PackedRow, Placed {
  constructor(
    readonly block: Buffer,
    readonly start: number,
    readonly end: number,
    readonly startedAt: EpochMs,
    readonly shape: Shape,
    readonly durationMs: number | null,
    readonly client: string | null,
    private readonly sent: KnownKey | null,
    private readonly begun: KnownKey | null,
    private readonly rarities: Rarities,
  ) {}

  get id(): string {
    return packedId(this);
  }

  get row(): PackedRow {
    return this;
  }

  get presented(): string | null {
    return this.sent === null ? null : this.sent.session;
  }

  get set(): string | null {
    return this.begun === null ? null : this.begun.session;
  }

  get written(): string | null {
    return this.presented ?? this.set;
  }

  private get own(): Membership | null {
    const { sent, begun } = this;
    if (sent !== null && sent.session !== null) {
      sent.presenting ??= membershipOf(sent.session, true);
      return sent.presenting;
    }
    if (begun === null || begun.session === null) return null;
    begun.setting ??= membershipOf(begun.session, false);
    return begun.setting;
  }

  get placed(): Placed | null {
    return this.own === null ? null : this;
  }

  get request(): RequestFact {
    return this;
  }

  get as(): Membership {
    const { own } = this;
    if (own === null) throw new Error("Only events tell where a request without a key belongs");
    return own;
  }

  get nodeAddress(): string | null {
    return this.rarities.nodeAddress;
  }

  get demo(): boolean {
    return this.rarities.demo;
  }

  get address(): string | null {
    return this.rarities.address;
  }

  get correlations(): string[] {
    return this.rarities.correlations;
  }
}

/** Bare requests as those that were read in full, for what is not written as columns are. */
export function readRequests(bare: BareRequests, writer: RowWriter, from = 0): ReadRequest[] {
  const keys = new Map<string, KnownKey>();
  const made: ReadRequest[] = [];
  for (let n = from; n < bare.count; n++) {
    const shape = bare.shape(n);
    if (shape === undefined) continue;
    const hasSession = bare.hasSession[n] === 1;
    const row = bare.pack(writer, n, !hasSession);
    const startedAt = bare.startedAt[n] ?? 0;
    const durationMs = bare.durationMs[n] ?? 0;
    const client = addressText(bare.client[n] ?? 0);
    const session = hasSession ? uuidOf(bare.words, n * 4) : null;
    let key = session === null ? null : (keys.get(session) ?? null);
    if (session !== null && key === null) {
      key = keyOfSession(session);
      keys.set(session, key);
    }
    const { block, start, end } = row;
    made.push(
      new ReadRequest(
        block,
        start,
        end,
        startedAt,
        shape,
        durationMs,
        client,
        key,
        null,
        noRarities,
      ),
    );
  }
  return made;
}

import type { RequestFact } from "@/lib/correlate/facts";
import type { EpochMs, RequestLine } from "@/lib/domain/facts";
import { redactQuery } from "@/lib/domain/secrets";
import { wallClockOf } from "@/lib/formats/dates";
import { OrdinaryLine } from "@/lib/formats/haproxy-http/ordinary";
import { findFormat } from "@/lib/formats/registry";
import { BareRequests } from "@/lib/store/write/bare-requests";
import { type BareRequest, emptyBare, isBare } from "@/lib/store/write/request-rows";
import type { RowWriter } from "@/lib/store/write/row-writer";
import type { Shape } from "@/lib/store/write/shapes";
import type { Texts } from "@/lib/store/write/texts";
import { highOf, lowOf } from "./line-id";
import { type KnownKey, type ReadRequest, readRequests } from "./read-request";
import { affinityCookie, standsInCookie } from "./session-in-line";
import { longestKey, type SessionKeys, type SessionWords } from "./session-keys";
import type { SourceRules } from "./source-rules";
import { hashIn, standsIn, TextMemory } from "./text-memory";

const mostKinds = 4096;
const knownTargets = 20_000;
const longestTarget = 2000;

/** What the lines of one kind have in common: all but client, times, bytes, session key and target. */
interface Kind {
  /** Frontend, backend and server; cookie's name; status; flags; retries; method; protocol. */
  server: Uint8Array;
  cookie: Uint8Array;
  status: Uint8Array;
  flags: Uint8Array;
  retries: Uint8Array;
  method: Uint8Array;
  protocol: Uint8Array;
  /** Null where lines of this kind are to be read in full. */
  shape: Shape | null;
}

/** A request's target, as it is kept. */
interface Target {
  text: string;
  /** Of `texts`. */
  id: number;
}

/** What reading needs of those who read in full. */
export interface Reader {
  /** What a session's raw key means, which stands between two places of a line. */
  key(line: Buffer, from: number, to: number): KnownKey;
  /** Keeps what was said of it; not needed of a key that `keys` keep. */
  remember(key: string, known: KnownKey): void;
  /** Keys that mean a session and nothing else, and are written as they are meant. */
  keys: SessionKeys;
  texts: Texts;
  writer: RowWriter;
  earliest: EpochMs;
}

/**
 * Reads a source's ordinary lines (see `OrdinaryLine`) without making of each
 * what is the same in thousands. The first line of each kind is read in full;
 * what came of it is taken for the others, provided that this way comes to the
 * same row, byte by byte. So what a line means is said in one place.
 */
export class OrdinaryLines {
  /** Requests after this are refused by those who read in full. */
  latest: EpochMs = 0;
  private readonly fields: OrdinaryLine;
  private kinds = new Map<number, Kind[]>();
  private count = 0;
  private readonly targets = new TextMemory<Target>(knownTargets);
  /** The request that is made; one object for all of them. */
  private readonly bare: BareRequest = emptyBare(null);

  private constructor(
    private readonly source: SourceRules,
    private readonly reader: Reader,
  ) {
    this.fields = new OrdinaryLine(wallClockOf(source.timezone));
  }

  /** Null where a source's lines cannot be read so: its format or its rules ask for more. */
  static of(source: SourceRules, reader: Reader): OrdinaryLines | null {
    const { format, formatString, session, affinity, demo } = source;
    const isHaproxy = format === "auto" || findFormat(format)?.name === "haproxy-http";
    if (!isHaproxy || (formatString ?? "").trim() !== "" || demo) return null;
    if (affinity?.method === "source-ip") return null;
    if (session?.header || session?.query || session?.capture) return null;
    return new OrdinaryLines(source, reader);
  }

  /** Whether the line that stands between two places is ordinary, and so all of ASCII. `take` and `learn` are of this line. */
  read(bytes: Buffer, from: number, to: number): boolean {
    return this.fields.read(bytes, from, to);
  }

  /** Adds the request of the ordinary line that was read; false where its kind is not known, or something in it is unusual. */
  take(digest: string, to: BareRequests): boolean {
    const shape = this.kind()?.shape ?? null;
    if (shape === null || !this.make(digest)) return false;
    to.push(this.bare, shape);
    return true;
  }

  /** Learns from the line, which was read in full because `take` did not know its kind. */
  learn(parsed: RequestLine, fact: RequestFact, digest: string): void {
    const { fields } = this;
    if (!fields.isRead || this.kind() !== undefined) return;
    const { line: bytes } = fields;
    const part = (from: number, to: number) => Uint8Array.prototype.slice.call(bytes, from, to);
    const cookie = bytes.toString("latin1", fields.cookieStart, fields.cookieEquals);
    const kind: Kind = {
      server: part(fields.frontendStart, fields.serverEnd),
      cookie: part(fields.cookieStart, fields.cookieEquals),
      status: part(fields.statusStart, fields.statusStart + 3),
      flags: part(fields.flagsStart, fields.flagsStart + 4),
      retries: part(fields.retriesStart, fields.retriesEnd),
      method: part(fields.methodStart, fields.methodEnd),
      protocol: part(fields.targetEnd + 1, fields.protocolEnd),
      shape: null,
    };
    const isPlain =
      cookie === "" ||
      (standsInCookie(cookie, this.source) && affinityCookie(parsed, this.source) !== cookie);
    if (isPlain) {
      // Another time: this line's target or key was out of the ordinary, others' may not be.
      if (!this.make(digest)) return;
      const alone = new BareRequests(1);
      alone.push(this.bare, fact.shape);
      const [made] = readRequests(alone, this.reader.writer);
      if (made !== undefined && isSame(made, fact)) kind.shape = fact.shape;
    }
    if (this.count >= mostKinds) {
      this.kinds = new Map();
      this.count = 0;
    }
    const hash = this.hash();
    const others = this.kinds.get(hash);
    if (others) others.push(kind);
    else this.kinds.set(hash, [kind]);
    this.count += 1;
  }

  /** Makes `bare` of the line; false where it is to be read in full. */
  private make(digest: string): boolean {
    const { fields, reader, bare: made } = this;
    const { startedAt, totalMs, responseMs } = fields;
    if (startedAt < reader.earliest || startedAt > this.latest) return false;
    if (!isBare(totalMs, totalMs - responseMs)) return false;
    const target = this.target();
    if (target === null) return false;
    const hasCookie = fields.cookieEnd > fields.cookieStart;
    const key = hasCookie ? this.key(target.text) : null;
    if (hasCookie && key === null) return false;
    let { id } = target;
    if (id === 0) {
      id = reader.texts.findPath(target.text);
      if (id > 0) this.targets.set(target.text, { text: target.text, id });
    }
    made.high = highOf(digest);
    made.low = lowOf(digest);
    made.session = key;
    made.startedAt = startedAt;
    made.durationMs = totalMs;
    made.waitedMs = totalMs - responseMs;
    made.bytes = fields.bytes;
    made.clientPort = fields.clientPort;
    made.client = fields.client;
    made.target = id;
    made.rest = id > 0 ? "" : target.text;
    return true;
  }

  /** The session of the line's key; null where the key says more, or stands in the target too. */
  private key(target: string): SessionWords | null {
    const { reader, fields } = this;
    const { line: bytes, cookieEquals, cookieEnd: to, methodEnd, targetEnd } = fields;
    const from = cookieEquals + 1;
    if (reader.keys.find(bytes, from, to))
      return contains(bytes, methodEnd + 1, targetEnd, from, to) ? null : reader.keys;
    const known = reader.key(bytes, from, to);
    const { session, route, bare } = known;
    if (session === null || route !== null) return null;
    if (bare !== null && target.includes(bare)) return null;
    if (bare !== null && to - from <= longestKey && standsIn(bare, bytes, from, to))
      reader.keys.enter(bytes, from, to, known);
    else reader.remember(bytes.toString("latin1", from, to), known);
    return known;
  }

  /** What is kept of the target; null where that hangs on more than itself. */
  private target(): Target | null {
    const { line: bytes, methodEnd, targetEnd } = this.fields;
    const known = this.targets.getIn(bytes, methodEnd + 1, targetEnd);
    if (known !== undefined) return known;
    if (targetEnd - methodEnd > longestTarget) return null;
    const text = bytes.toString("latin1", methodEnd + 1, targetEnd);
    const mark = text.indexOf("?");
    if (mark < 0) return { text, id: 0 };
    const query = text.slice(mark + 1);
    const safe = redactQuery(query);
    // Once something was taken out it is another text, under which it is not to be remembered.
    return safe === query ? { text, id: 0 } : null;
  }

  private kind(): Kind | undefined {
    const kinds = this.kinds.get(this.hash());
    if (kinds === undefined) return undefined;
    for (const kind of kinds) if (this.isOf(kind)) return kind;
    return undefined;
  }

  private hash(): number {
    const { fields } = this;
    const { line: bytes } = fields;
    let hash = hashIn(bytes, fields.frontendStart, fields.serverEnd);
    hash = hashIn(bytes, fields.cookieStart, fields.cookieEquals, hash);
    hash = hashIn(bytes, fields.statusStart, fields.statusStart + 3, hash);
    hash = hashIn(bytes, fields.flagsStart, fields.flagsStart + 4, hash);
    hash = hashIn(bytes, fields.retriesStart, fields.retriesEnd, hash);
    return hashIn(bytes, fields.methodStart, fields.methodEnd, hash);
  }

  private isOf(kind: Kind): boolean {
    const { fields } = this;
    const { line: bytes, statusStart, flagsStart } = fields;
    return (
      stands(kind.server, bytes, fields.frontendStart, fields.serverEnd) &&
      stands(kind.cookie, bytes, fields.cookieStart, fields.cookieEquals) &&
      stands(kind.status, bytes, statusStart, statusStart + 3) &&
      stands(kind.flags, bytes, flagsStart, flagsStart + 4) &&
      stands(kind.retries, bytes, fields.retriesStart, fields.retriesEnd) &&
      stands(kind.method, bytes, fields.methodStart, fields.methodEnd) &&
      stands(kind.protocol, bytes, fields.targetEnd + 1, fields.protocolEnd)
    );
  }
}

/** Whether some bytes stand between two places of a line. */
function stands(part: Uint8Array, line: Buffer, from: number, to: number): boolean {
  if (part.length !== to - from) return false;
  for (let at = 0; at < part.length; at++) if (part[at] !== line[from + at]) return false;
  return true;
}

/** Whether what stands between two places of a line stands within another part of it. */
function contains(line: Buffer, start: number, end: number, from: number, to: number): boolean {
  for (let at = start; at <= end - (to - from); at++) {
    let next = from;
    while (next < to && line[at + next - from] === line[next]) next += 1;
    if (next === to) return true;
  }
  return false;
}

/** Whether two ways of reading a line came to the same. */
function isSame(one: ReadRequest, other: RequestFact): boolean {
  const bytes = (fact: RequestFact) => fact.row.block.subarray(fact.row.start, fact.row.end);
  return (
    bytes(one).equals(bytes(other)) &&
    one.startedAt === other.startedAt &&
    one.durationMs === other.durationMs &&
    one.client === other.client &&
    one.presented === other.presented &&
    one.set === other.set &&
    one.address === other.address &&
    one.nodeAddress === other.nodeAddress &&
    one.demo === other.demo &&
    other.correlations.length === 0
  );
}

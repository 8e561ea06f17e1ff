import { hash } from "node:crypto";
import { isIP } from "node:net";
import type { RequestFact } from "@/lib/correlate/facts";
import { correlationUuid, normaliseCorrelationId } from "@/lib/domain/correlation-id";
import type { EpochMs, RequestLine } from "@/lib/domain/facts";
import { redactPath, redactQuery } from "@/lib/domain/secrets";
import { addressUuid, normaliseSessionKey, routeInSessionValue } from "@/lib/domain/session-key";
import type { Dictionary } from "@/lib/store/write/dictionary";
import { packRequest } from "@/lib/store/write/request-rows";
import { RowWriter } from "@/lib/store/write/row-writer";
import { OrdinaryLines } from "./ordinary-lines";
import { type KnownKey, knownKey, noRarities, type Rarities, ReadRequest } from "./read-request";
import { affinityCookie, persistenceInLine, sessionInLine } from "./session-in-line";
import { SessionKeys } from "./session-keys";
import type { SourceRules } from "./source-rules";
import { copyOf, TextMemory } from "./text-memory";

const separator = "\0";
const earliest = Date.UTC(1995, 0, 1);
const furthestAheadMs = 2 * 86_400_000;
/** Of more sources what was learned of their lines is not remembered. */
const mostSources = 200;

/** What a fact's id is made of: the same line of the same source, the n-th of its kind in a batch, is the same fact. */
export function lineHash(source: string, text: string, occurrence: number): string {
  return hash("sha256", lineHashed(source, text, occurrence), "hex");
}

/** The text whose hash that is. */
export function lineHashed(source: string, text: string, occurrence: number): string {
  return source + separator + occurrence + separator + text;
}

function short(text: string, longest: number): string;
function short(text: string | null, longest: number): string | null;
function short(text: string | null, longest: number): string | null {
  return text === null ? null : text.length > longest ? text.slice(0, longest) : text;
}

function whole(value: number | null, least: number, most: number): number | null {
  if (value === null || !Number.isFinite(value)) return null;
  const rounded = Math.round(value);
  return rounded < least || rounded > most ? null : rounded;
}

function address(ip: string | null): string | null {
  if (ip === null) return null;
  const bare = ip.startsWith("::ffff:") && ip.includes(".") ? ip.slice(7) : ip;
  const zone = bare.indexOf("%");
  const plain = zone > 0 ? bare.slice(0, zone) : bare;
  return isIP(plain) ? plain : null;
}

/** The address as a string that keeps no line in memory where the same came with the session before. */
function addressOf(key: KnownKey | null, address: string): string {
  if (key === null) return address;
  if (key.client !== address) key.client = copyOf(address);
  return key.client;
}

export interface Normaliser {
  /** The fact in a line, or the reason why it is none. `hashed`: see `lineHash`. `seq`: its place, for logs that tell time coarsely. */
  request(line: RequestLine, hashed: string, seq: number): RequestFact | string;
  /** Reads lines of the usual kinds by itself; null where the source's are not read so. */
  ordinary: OrdinaryLines | null;
}

/** Turns what a format read into what is kept: keys hashed, secrets gone, names chosen by the source's rules. */
export class Normalisers {
  private readonly keys = new TextMemory<KnownKey>(100_000);
  private readonly plainKeys = new SessionKeys(100_000);
  private readonly addresses = new TextMemory<string>(50_000);
  private readonly writer = new RowWriter();
  private readonly ordinary = new Map<string, OrdinaryLines | null>();

  constructor(
    private readonly secret: Uint8Array,
    private readonly dictionary: Dictionary,
  ) {}

  sessionOf(value: string): string | null {
    return this.key(value).session;
  }

  private key(text: string): KnownKey {
    const known = this.keys.get(text);
    if (known !== undefined) return known;
    const made = knownKey(this.secret, text);
    this.keys.set(text, made);
    return made;
  }

  private addressSession(pool: string, client: string): string {
    const text = pool + separator + client;
    const known = this.addresses.get(text);
    if (known !== undefined) return known;
    const made = addressUuid(this.secret, pool, client);
    this.addresses.set(text, made);
    return made;
  }

  /** @param now facts further ahead than two days are refused: a partition for them would never be of use. */
  forSource(source: SourceRules, now: EpochMs): Normaliser {
    return {
      request: (line, hashed, seq) => this.request(source, line, hashed, seq, now),
      ordinary: this.ordinaryOf(source, now + furthestAheadMs),
    };
  }

  /** What was learned of a source's lines serves all of its deliveries while its rules stay the same. */
  private ordinaryOf(source: SourceRules, latest: EpochMs): OrdinaryLines | null {
    const rules = JSON.stringify(source);
    let lines = this.ordinary.get(rules);
    if (lines === undefined) {
      lines = OrdinaryLines.of(source, {
        key: (line, from, to) =>
          this.keys.getIn(line, from, to) ??
          knownKey(this.secret, line.toString("latin1", from, to)),
        remember: (key, known) => this.keys.set(key, known),
        keys: this.plainKeys,
        texts: this.dictionary.texts,
        writer: this.writer,
        earliest,
      });
      if (this.ordinary.size >= mostSources) this.ordinary.clear();
      this.ordinary.set(rules, lines);
    }
    if (lines !== null) lines.latest = latest;
    return lines;
  }

  private request(
    source: SourceRules,
    line: RequestLine,
    hashed: string,
    seq: number,
    now: EpochMs,
  ): RequestFact | string {
    if (!(line.startedAt >= earliest) || line.startedAt > now + furthestAheadMs)
      return `time: ${describeTime(line.startedAt)} is not between 1995 and two days from now`;
    const key = sessionInLine(line, source);
    const sent = key.presented === null ? null : this.key(key.presented);
    const begun = key.set === null ? null : this.key(key.set);
    const presented = sent?.session ?? null;
    const set = begun?.session ?? null;
    const raw: string[] = [];
    if (sent !== null && sent.bare !== null) raw.push(sent.bare);
    if (begun !== null && begun.bare !== null) raw.push(begun.bare);
    const cookie = affinityCookie(line, source);
    const bound = persistenceInLine(line, cookie);
    const isSessionCookie = cookie !== null && cookie === key.cookie;
    const reachedNone = line.node === null && line.pool !== null && line.pool === line.listener;
    const pool = source.pool ?? (reachedNone ? "" : (line.pool ?? source.name));
    const ip = address(line.client.ip);
    const client = ip === null ? null : addressOf(sent ?? begun, ip);
    const ids = correlationIds(line, source, raw);
    const pathText = short(line.path === null ? null : conceal(redactPath(line.path), raw), 4000);
    const { persistence } = line;
    const { shape, odd } = this.dictionary.shapes.find({
      source: source.id,
      poolName: short(pool, 200),
      lbName: short(source.lb ?? line.lb ?? source.name, 200),
      nodeName: short(line.node, 300),
      status: whole(line.status, 0, 32_767),
      backendStatus: whole(line.backendStatus, 0, 32_767),
      retries: whole(line.retries, 0, 32_767),
      redispatched: line.redispatched,
      upgrade: line.upgrade,
      method: short(line.method, 40),
      host: short(line.host, 300),
      protocol: short(line.protocol, 20),
      listener: short(line.listener, 200),
      tlsProtocol: short(line.tls.protocol, 40),
      tlsCipher: short(line.tls.cipher, 100),
      presented: binding(
        persistence.presented ?? bound.presented,
        isSessionCookie,
        raw,
        key.presented,
      ),
      inserted: binding(persistence.inserted ?? bound.inserted, isSessionCookie, raw, key.set),
      persistenceState: short(persistence.state, 20),
      termination: short(line.termination, 100),
    });
    const written = presented ?? set;
    const row = packRequest(
      this.writer,
      {
        hash: hashed,
        session: written,
        startedAt: line.startedAt,
        endedAt: line.endedAt,
        durationMs: line.durationMs,
        bytesIn: whole(line.bytesIn, 0, Number.MAX_SAFE_INTEGER),
        bytesOut: whole(line.bytesOut, 0, Number.MAX_SAFE_INTEGER),
        seq: line.resolutionMs >= 1000 ? seq : null,
        clientPort: whole(line.client.port, 0, 65_535),
        client,
        path: pathText,
        query: short(line.query === null ? null : conceal(redactQuery(line.query), raw), 4000),
        agent: short(line.userAgent, 500),
        odd,
        correlations: ids,
        attempts: line.attempts,
      },
      shape,
      this.dictionary.texts,
    );
    const standsFor =
      source.affinity?.method === "source-ip" && client !== null
        ? this.addressSession(pool, client)
        : null;
    const isUsual = line.nodeAddress === null && !source.demo && standsFor === null;
    const rarities: Rarities =
      isUsual && ids.length === 0
        ? noRarities
        : {
            nodeAddress: line.nodeAddress,
            demo: source.demo,
            address: standsFor,
            correlations: ids.map((correlation) => correlationUuid(this.secret, correlation)),
          };
    const { startedAt, durationMs } = line;
    return new ReadRequest(
      row.block,
      row.start,
      row.end,
      startedAt,
      shape,
      durationMs,
      client,
      sent,
      begun,
      rarities,
    );
  }
}

/** No correlation IDs; one list for all requests without any. Nobody changes it. */
const none: string[] = [];

/** A text without the session keys in it. */
function conceal(text: string, raw: readonly string[]): string {
  let safe = text;
  for (const value of raw)
    if (value.length >= 6 && safe.includes(value)) safe = safe.replaceAll(value, "***");
  return safe;
}

/** What is kept of a persistence cookie's value: of one that is the session's own key, the route in it. */
function binding(
  value: string | null,
  isSessionCookie: boolean,
  raw: readonly string[],
  session: string | null,
): string | null {
  if (value === null || isSessionCookie || isKey(value, raw))
    return session === null ? null : routeInSessionValue(session);
  return short(value, 200);
}

function isKey(value: string, raw: readonly string[]): boolean {
  return raw.length > 0 && raw.includes(normaliseSessionKey(value) ?? "");
}

function correlationIds(line: RequestLine, source: SourceRules, raw: readonly string[]): string[] {
  if (!source.correlation && line.correlationIds.length === 0) return none;
  const ids: string[] = [];
  for (const given of [...declaredIds(line, source), ...line.correlationIds]) {
    const id = normaliseCorrelationId(given);
    if (id !== null && !ids.includes(id) && !raw.includes(id)) ids.push(id);
  }
  return ids;
}

function describeTime(at: EpochMs): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "what was read" : date.toISOString();
}

/** Correlation IDs where the source says they are. */
function declaredIds(line: RequestLine, source: SourceRules): string[] {
  const rule = source.correlation;
  if (!rule) return [];
  const found: string[] = [];
  if (rule.field) {
    const { field } = rule;
    const index = /^\{?(\d+)\}?$/.exec(field);
    const value = index?.[1]
      ? line.captures[`capture.req.hdr(${index[1]})`]
      : (line.captures[field] ?? line.captures[`$${field}`] ?? line.headers[field.toLowerCase()]);
    if (value) found.push(value);
  }
  if (rule.header) {
    const name = rule.header.toLowerCase();
    const named = line.headers[name] ?? line.responseHeaders[name];
    if (named) found.push(named);
    else found.push(...unnamedIds(line, source));
  }
  return found;
}

/**
 * HAProxy writes captured headers without their names. Where the source says
 * that a header carries the ID, it is the capture that looks like one.
 */
function unnamedIds(line: RequestLine, source: SourceRules): string[] {
  const session = source.session?.capture;
  const candidates = Object.entries(line.captures).filter(
    ([field, value]) =>
      field.startsWith("capture.re") &&
      field !== session &&
      value.length >= 8 &&
      (/^[\w:-]+$/.test(value) || value.startsWith("Root=")) &&
      /\d/.test(value),
  );
  return candidates.length > 0 ? candidates.slice(0, 2).map(([, value]) => value) : [];
}

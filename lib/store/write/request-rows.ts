import { z } from "zod";
import type { Attempt, EpochMs } from "@/lib/domain/facts";
import { type PackedRow, type RowWriter, writeUuid } from "./row-writer";
import type { Shape } from "./shapes";
import type { Texts } from "./texts";

/** What is stored of a request beside its shape, whatever session it belongs to. */
export interface StoredRequest {
  /** Of its line, in hex; the first 64 bits are its id. */
  hash: string;
  /** The session it is most likely to be written in; null where nothing tells. */
  session: string | null;
  startedAt: EpochMs;
  endedAt: EpochMs | null;
  durationMs: number | null;
  bytesIn: number | null;
  bytesOut: number | null;
  seq: number | null;
  clientPort: number | null;
  client: string | null;
  path: string | null;
  query: string | null;
  agent: string | null;
  /** Texts that are too rare for its shape. */
  odd: Record<string, string> | null;
  correlations: readonly string[];
  attempts: readonly Attempt[];
}

/** 0: not known, 1: own key, 2: an app event with the same correlation ID, 3: the client's address. */
export type Tie = 0 | 1 | 2 | 3;

export function isTie(value: number): value is Tie {
  return value === 0 || value === 1 || value === 2 || value === 3;
}

/** How a request stands in a session. */
export interface Membership {
  session: string;
  tie: Tie;
  starts: boolean;
  startEvent: boolean;
  hasKey: boolean | null;
}

/** The columns of `request_rows`, in the order in which they are written. */
export const rowColumns = [
  "session",
  "started_at",
  "id",
  "shape",
  "marks",
  "duration",
  "bytes",
  "path",
  "client",
  "rest",
];

const nobody = "00000000-0000-0000-0000-000000000000";

/** Where in a packed row the values lie that are known only when it is written. */
export const sessionAt = 6;
const idAt = 38;
const shapeAt = 50;
const marksAt = 58;
const pathAt = 82;
const clientAt = 84;

/** Bits of `marks`, as the view `requests` reads them: the lowest two are the tie. */
export const mark = {
  starts: 4,
  startEvent: 8,
  /** Whether the log tells that the client sent the session's key, and whether it did. */
  keyTold: 16,
  hasKey: 32,
  /** When it ended is not known, or stands in `rest`; else it is the start and the duration. */
  noEnd: 64,
  ownEnd: 128,
  /** Both of these: it ended as if none were set, and the port's bits are the agent's id. */
  agentForPort: 192,
  /** The sign: another request has its place in the key (see `by-session.ts`). */
  aside: -2_147_483_648,
} as const;
/** The bits that say how a request stands in a session. */
export const membershipBits = 63;
/** Which of an end's two bits are set. */
export const endBits = 192;
const portShift = 8;
const gapShift = 25;
const mostGap = 62;
const gapBits = 63;
/** Of the client's port and 1, or of an agent's id. */
const portBits = 131_071;
/** Whole numbers up to this are exact in a `real`. */
const mostExact = 16_000_000;

const mostInt = 2_147_483_647;
const bytesUnknown = -1;
const bytesInRest = -2;

/** The id of a packed request. */
export function packedId({ block, start }: PackedRow): string {
  return shortId(block.toString("hex", start + idAt, start + idAt + 8));
}

/** A request's id by its 64 bits in hex: the first of its line's hash, the rest is nought. */
export function shortId(bits: string): string {
  const hex = bits.padStart(16, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-0000-000000000000`;
}

/** The number under which a request's id is stored. */
export function storedId(id: string): string {
  const hex = id.slice(0, 8) + id.slice(9, 13) + id.slice(14, 18);
  return BigInt.asIntN(64, BigInt(`0x${hex}`)).toString();
}

function microsOf(at: EpochMs): number {
  const second = Math.floor(at / 1000);
  return second * 1_000_000 + Math.round((at - second * 1000) * 1000);
}

/** Whether the end is what Postgres reckons from start and duration, to the microsecond. */
function endsAfter(startMicros: number, durationMs: number, endMicros: number): boolean {
  const micros = Math.fround(durationMs) * 1000;
  const rounded = Math.round(micros);
  return Math.abs(micros - rounded) < 0.4 && startMicros + rounded === endMicros;
}

/**
 * By how many ms the only attempt was shorter than the request, where it tells
 * nothing else that the row does not; null where it has to be stored in full.
 */
function gapOf({ attempts, durationMs }: StoredRequest, shape: Shape): number | null {
  const [attempt] = attempts;
  if (attempt === undefined || attempts.length > 1) return null;
  if (attempt.durationMs === null || durationMs === null || durationMs > mostExact) return null;
  if (attempt.node !== shape.nodeName || attempt.status !== shape.backendStatus) return null;
  const gap = durationMs - attempt.durationMs;
  return Number.isInteger(durationMs) && Number.isInteger(gap) && gap >= 0 && gap <= mostGap
    ? gap
    : null;
}

/** Packs a request as a row for `COPY request_rows (…rowColumns)`; shape and membership are put in when it is written. */
export function packRequest(
  writer: RowWriter,
  request: StoredRequest,
  shape: Shape,
  texts: Texts,
): PackedRow {
  const { startedAt, endedAt, durationMs, bytesOut, clientPort, path, query, agent } = request;
  const startMicros = microsOf(startedAt);
  const endMicros = endedAt === null ? null : microsOf(endedAt);
  let marks = clientPort === null ? 0 : (clientPort + 1) << portShift;
  const isOwnEnd =
    endMicros !== null && (durationMs === null || !endsAfter(startMicros, durationMs, endMicros));
  if (endMicros === null) marks |= mark.noEnd;
  else if (isOwnEnd) marks |= mark.ownEnd;
  const gap = gapOf(request, shape);
  if (gap !== null) marks |= (gap + 1) << gapShift;

  let agentId = agent === null ? 0 : texts.find(agent);
  if (agentId > portBits) agentId = 0;
  const isInPort = agentId > 0 && clientPort === null && (marks & endBits) === 0;
  if (isInPort) marks |= mark.agentForPort | (agentId << portShift);
  const isTarget = path !== null && /^[^{@?][^?]*$/s.test(path);
  const target = isTarget ? (query === null ? path : `${path}?${query}`) : null;
  const targetId = target === null ? 0 : texts.findPath(target);
  const { attempts } = request;
  const lone = attempts.length === 1 ? attempts[0] : undefined;
  // One attempt without a status of its own says nothing that the row does not.
  const tellsAttempts =
    gap === null &&
    (attempts.length > 1 ||
      (lone !== undefined && (lone.status !== null || lone.durationMs !== null)));
  const isBare =
    request.odd === null &&
    !isOwnEnd &&
    (agent === null || agentId > 0) &&
    (isTarget || (path === null && query === null)) &&
    request.seq === null &&
    request.bytesIn === null &&
    (bytesOut === null || bytesOut <= mostInt) &&
    request.correlations.length === 0 &&
    !tellsAttempts;

  writer.begin(rowColumns.length);
  writer.uuid(request.session ?? nobody);
  writer.timestamp(startMicros);
  writer.hash(request.hash);
  writer.integer(0);
  writer.integer(marks);
  writer.real(durationMs ?? Number.NaN);
  writer.integer(bytesOut === null ? bytesUnknown : bytesOut <= mostInt ? bytesOut : bytesInRest);
  writer.smallint(targetId);
  writer.address(request.client);
  const agentInRest = isInPort ? 0 : agentId;
  if (isBare) {
    const own = targetId > 0 || target === null ? "" : target;
    writer.text(agentInRest === 0 ? own : `@${agentInRest} ${own}`);
  } else {
    const rest: Record<string, unknown> = {};
    for (const [key, text] of Object.entries(request.odd ?? {})) rest[key] = safe(text);
    if (isOwnEnd) rest.e = endMicros;
    if (agent !== null && agentId === 0) rest.a = safe(agent);
    if (agentInRest > 0) rest.u = agentInRest;
    if (targetId === 0) {
      if (path !== null) rest.p = safe(path);
      if (query !== null) rest.q = safe(query);
    }
    if (request.seq !== null) rest.s = request.seq;
    if (request.bytesIn !== null) rest.i = request.bytesIn;
    if (bytesOut !== null && bytesOut > mostInt) rest.o = bytesOut;
    if (request.correlations.length > 0)
      rest.c = request.correlations.map((id) => safe(id)).join("\u0001");
    if (tellsAttempts)
      rest.t = attempts.map((attempt) => ({ ...attempt, node: safe(attempt.node) }));
    writer.text(JSON.stringify(rest));
  }
  return writer.end();
}

/** A request that has nothing which needs `rest`: one attempt that says what its shape says, known times, IPv4. */
export interface BareRequest {
  /** The first 64 bits of its line's hash. */
  high: number;
  low: number;
  /** Its session's id in quarters; null as in `StoredRequest`. */
  session: { w0: number; w1: number; w2: number; w3: number } | null;
  /** Whole milliseconds, as all durations here. */
  startedAt: EpochMs;
  durationMs: number;
  /** By how much the attempt was shorter than the request. */
  waitedMs: number;
  bytes: number;
  clientPort: number;
  /** The address as a number of 32 bits. */
  client: number;
  /** Of `texts`; where 0, the target is `rest`. */
  target: number;
  rest: string;
}

/** A bare request's object to be filled again and again. Its time begins as a fraction, so that the engine keeps it as one. */
export function emptyBare<S extends BareRequest["session"]>(
  session: S,
): BareRequest & { session: S } {
  return {
    high: 0,
    low: 0,
    session,
    startedAt: 0.5,
    durationMs: 0,
    waitedMs: 0,
    bytes: 0,
    clientPort: 0,
    client: 0,
    target: 0,
    rest: "",
  };
}

/** Whether a bare row can hold such times. */
export function isBare(durationMs: number, waitedMs: number): boolean {
  return waitedMs >= 0 && waitedMs <= mostGap && durationMs <= mostExact;
}

/** Packs a request that `isBare` as `packRequest` would. */
export function packBare(writer: RowWriter, request: BareRequest): PackedRow {
  writeBare(writer, request);
  return writer.end();
}

/** The same without ending the row. */
export function writeBare(writer: RowWriter, request: BareRequest): void {
  const { durationMs, waitedMs, clientPort, session } = request;
  writer.begin(rowColumns.length);
  if (session === null) writer.uuidOf(0, 0, 0, 0);
  else writer.uuidOf(session.w0, session.w1, session.w2, session.w3);
  writer.timestamp(request.startedAt * 1000);
  writer.bigint(request.high, request.low);
  writer.integer(0);
  writer.integer(((clientPort + 1) << portShift) | ((waitedMs + 1) << gapShift));
  writer.real(durationMs);
  writer.integer(request.bytes);
  writer.smallint(request.target);
  writer.address4(request.client);
  writer.text(request.rest);
}

/** A text that jsonb takes: without NUL, and without half a pair of surrogates. */
function safe(text: string): string {
  return Buffer.from(text.includes("\0") ? text.replaceAll("\0", "\u00b7") : text).toString();
}

/**
 * Copies a request's row to its place in a larger piece, completed; answers where it ends.
 * @param isAside whether another request has its place in the key.
 */
export function putRequest(
  to: Buffer,
  at: number,
  { row, shape, written }: { row: PackedRow; shape: Shape; written: string | null },
  as: Membership,
  isAside: boolean,
): number {
  const end = at + row.block.copy(to, at, row.start, row.end);
  if (as.session !== written) writeUuid(to, at + sessionAt, as.session);
  complete(to, at, shape, marksOf(as));
  if (isAside) to.writeInt32BE(to.readInt32BE(at + marksAt) | mark.aside, at + marksAt);
  return end;
}

/** Puts in what is known only when a row is written. @param membership the bits of it. */
export function complete(to: Buffer, at: number, shape: Shape, membership: number): void {
  to.writeInt32BE(shape.id, at + shapeAt);
  to[at + marksAt + 3] = (to[at + marksAt + 3] ?? 0) | membership;
}

/** The bits of `marks` of a request in the session whose key it presents. */
export const presentingBits = 1 | mark.keyTold | mark.hasKey;

/** Gives a packed request another id: its 64 bits in hex. */
export function giveId({ block, start }: PackedRow, bits: string): void {
  block.write(bits, start + idAt, "hex");
}

/** The path that a packed row tells, for the few that are shown as they come in. */
export function pathOf({ block, start }: PackedRow, texts: Texts): string | null {
  const known = block.readUInt16BE(start + pathAt);
  const restAt = start + clientAt + 4 + block.readInt32BE(start + clientAt);
  const rest = block.toString("utf8", restAt + 4, restAt + 4 + block.readInt32BE(restAt));
  if (known > 0) return texts.text(known)?.split("?", 1)[0] ?? null;
  if (!rest.startsWith("{")) return pathOfTarget(targetOfRest(rest));
  const { p }: { p?: unknown } = JSON.parse(rest);
  return typeof p === "string" ? p : null;
}

/** The target that stands in a row's `rest`, where that is no JSON; an agent's id may stand before it. */
export function targetOfRest(rest: string): string {
  return rest.startsWith("@") ? rest.slice(rest.indexOf(" ") + 1) : rest;
}

/** A target without its query. */
export function pathOfTarget(target: string): string | null {
  return target === "" ? null : (target.split("?", 1)[0] ?? null);
}

/** How a row's session is known. */
export function tieOfMarks(marks: number): Tie {
  const tie = marks & 3;
  return isTie(tie) ? tie : 0;
}

/** The client's port in a row's marks. */
export function portOfMarks(marks: number): number | null {
  if ((marks & endBits) === mark.agentForPort) return null;
  const port = ((marks >> portShift) & portBits) - 1;
  return port < 0 ? null : port;
}

/** By how much the only attempt was shorter than the request; null where the row's marks do not say. */
export function gapOfMarks(marks: number): number | null {
  const gap = ((marks >> gapShift) & gapBits) - 1;
  return gap < 0 ? null : gap;
}

/** What of a row's `rest` the judging reads, where that is a JSON object; see the migration that made the table. */
export const restSchema = z.object({
  e: z.number().optional(),
  s: z.number().optional(),
  l: z.string().optional(),
  m: z.string().optional(),
  p: z.string().optional(),
  r: z.string().optional(),
  n: z.string().optional(),
  z: z.string().optional(),
  k: z.string().optional(),
  c: z.string().optional(),
  t: z
    .array(
      z.object({
        node: z.string(),
        status: z.number().nullable(),
        durationMs: z.number().nullable(),
      }),
    )
    .nullish(),
});

function marksOf(as: Membership): number {
  return (
    as.tie |
    (as.starts ? mark.starts : 0) |
    (as.startEvent ? mark.startEvent : 0) |
    (as.hasKey === null ? 0 : mark.keyTold) |
    (as.hasKey ? mark.hasKey : 0)
  );
}

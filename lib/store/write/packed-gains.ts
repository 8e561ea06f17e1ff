import { addressText } from "./address";
import { type Quarter, quarters, type SessionGain, type SessionGains } from "./session-gains";
import { uuidOf } from "./uuid-words";

/** What the bytes begin with; those of earlier versions begin with a session's text. */
const version = 2;
const idBytes = 16;
/** Bytes that a number takes at most. */
const mostNumber = 8;
const mostFixed = idBytes + 1 + 6 * mostNumber;

/** Bits of what a session's gain begins with. */
const isDemo = 1;
const hasAddress4 = 2;
const hasAddressText = 4;

/** Writes numbers, whole and not negative, in as few bytes as they take: seven bits in each, the lowest first. */
class Packing {
  bytes: Buffer;
  at = 0;

  constructor(expected: number) {
    this.bytes = Buffer.allocUnsafe(expected);
  }

  reserve(more: number): void {
    if (this.at + more <= this.bytes.length) return;
    const longer = Buffer.allocUnsafe(this.bytes.length * 2 + more);
    this.bytes.copy(longer, 0, 0, this.at);
    this.bytes = longer;
  }

  number(value: number): void {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.bytes[this.at++] = (rest % 128) + 128;
    this.bytes[this.at++] = rest;
  }
}

/** Microseconds, as all times of facts are whole ones. */
const microsOf = (ms: number) => Math.round(ms * 1000);

/** Gains of a quarter of all sessions as bytes. */
export interface PackedQuarter {
  quarter: Quarter;
  bytes: Buffer;
}

/** Gains as bytes, those of each quarter apart, as far as there are any. */
export function packQuarters(gains: SessionGains): PackedQuarter[] {
  const places: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let n = 0; n < gains.size; n++) places[gains.quarter(n)].push(n);
  return quarters.flatMap((quarter) =>
    places[quarter].length === 0 ? [] : [{ quarter, bytes: pack(gains, places[quarter]) }],
  );
}

/**
 * Gains as bytes, one after the other: some thirty a session, as all that sessions gain is written down for a second or two.
 * @param places which of them.
 */
function pack(gains: SessionGains, places: readonly number[]): Buffer {
  const packing = new Packing(16 + places.length * 40);
  const number = (value: number) => packing.number(value);
  let base = Number.POSITIVE_INFINITY;
  for (const n of places) base = Math.min(base, microsOf(gains.firstSeen(n)));
  packing.bytes[packing.at++] = version;
  packing.at = packing.bytes.writeDoubleLE(base, packing.at);
  for (const n of places) {
    const address = gains.address4(n);
    const client = address === null ? gains.client(n) : null;
    const nodes = gains.nodeCount(n);
    const lbs = gains.lbCount(n);
    packing.reserve(mostFixed + mostNumber * (nodes + lbs) + (client?.length ?? 0));
    for (let quarter = 0; quarter < 4; quarter++)
      packing.at = packing.bytes.writeInt32LE(gains.word(n, quarter), packing.at);
    packing.bytes[packing.at++] =
      (gains.isDemo(n) ? isDemo : 0) |
      (address !== null ? hasAddress4 : client !== null ? hasAddressText : 0);
    packing.number(gains.pool(n));
    const first = microsOf(gains.firstSeen(n));
    packing.number(first - base);
    packing.number(microsOf(gains.lastSeen(n)) - first);
    packing.number(gains.requestsOf(n));
    packing.number(nodes);
    gains.eachNode(n, number);
    packing.number(lbs);
    gains.eachLb(n, number);
    if (address !== null) packing.at = packing.bytes.writeInt32LE(address, packing.at);
    else if (client !== null) {
      packing.number(client.length);
      packing.at += packing.bytes.write(client, packing.at, "latin1");
    }
  }
  return packing.bytes.subarray(0, packing.at);
}

/** Adds packed gains to sums. */
export function unpack(bytes: Buffer, sums: SessionGains): void {
  if (bytes[0] !== version) {
    unpackFirst(bytes, sums);
    return;
  }
  const words = new Int32Array(4);
  const base = bytes.readDoubleLE(1);
  let at = 9;
  const number = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const part = bytes[at++] ?? 0;
      value += (part % 128) * scale;
      if (part < 128) return value;
    }
  };
  const numbers = () => Array.from({ length: number() }, number);
  const address = (flags: number) => {
    if ((flags & hasAddress4) > 0) {
      at += 4;
      return addressText(bytes.readInt32LE(at - 4));
    }
    if ((flags & hasAddressText) === 0) return null;
    const length = number();
    at += length;
    return bytes.toString("latin1", at - length, at);
  };
  while (at < bytes.length) {
    for (let quarter = 0; quarter < 4; quarter++)
      words[quarter] = bytes.readInt32LE(at + quarter * 4);
    const flags = bytes[at + idBytes] ?? 0;
    at += idBytes + 1;
    const pool = number();
    const first = base + number();
    const last = first + number();
    const gain: SessionGain = {
      session: uuidOf(words, 0),
      pool,
      firstSeen: first / 1000,
      lastSeen: last / 1000,
      requests: number(),
      nodes: numbers(),
      lbs: numbers(),
      client: address(flags),
      demo: (flags & isDemo) > 0,
    };
    sums.addGain(gain);
  }
}

const firstIdBytes = 36;
const firstFixedBytes = firstIdBytes + 4 + 8 + 8 + 4 + 1 + 2 + 2 + 1;

/** The same of bytes that the first version left, of which a database may still have some after an upgrade. */
function unpackFirst(bytes: Buffer, sums: SessionGains): void {
  for (let start = 0; start < bytes.length; ) {
    const at = start + firstIdBytes;
    const nodeCount = bytes.readUInt16LE(at + 25);
    const lbCount = bytes.readUInt16LE(at + 27);
    const clientLength = bytes.readUInt8(at + 29);
    const nodesAt = start + firstFixedBytes;
    const lbsAt = nodesAt + nodeCount * 4;
    const clientAt = lbsAt + lbCount * 4;
    sums.addGain({
      session: bytes.toString("latin1", start, at),
      pool: bytes.readInt32LE(at),
      firstSeen: bytes.readDoubleLE(at + 4),
      lastSeen: bytes.readDoubleLE(at + 12),
      requests: bytes.readInt32LE(at + 20),
      demo: bytes.readUInt8(at + 24) === 1,
      nodes: Array.from({ length: nodeCount }, (_, n) => bytes.readInt32LE(nodesAt + n * 4)),
      lbs: Array.from({ length: lbCount }, (_, n) => bytes.readInt32LE(lbsAt + n * 4)),
      client:
        clientLength === 0 ? null : bytes.toString("latin1", clientAt, clientAt + clientLength),
    });
    start = clientAt + clientLength;
  }
}

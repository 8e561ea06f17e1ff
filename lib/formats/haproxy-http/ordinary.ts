import type { EpochMs } from "@/lib/domain/facts";
import { readLogDate, type WallClock } from "../dates";

/** Characters of `15/Jan/2026:09:00:12`. */
const secondLength = 20;

/** Whether `HTTP/` stands there. */
function isHttp(bytes: Buffer, at: number): boolean {
  return (
    bytes[at] === 72 &&
    bytes[at + 1] === 84 &&
    bytes[at + 2] === 84 &&
    bytes[at + 3] === 80 &&
    bytes[at + 4] === 47
  );
}

/**
 * Where the fields of an ordinary line of `option httplog` stand. Nearly all
 * lines of a balancer are ordinary: an IPv4 client, a server that answered, no
 * captured headers, nothing escaped, ASCII alone. Of such a line the places of
 * its fields and its numbers say everything, and no string or object need be
 * made to read it from the bytes it came in. Any other line is
 * `parseHttpLog`'s, which says what each field means.
 */
export class OrdinaryLine {
  /** Whether the line that was read last was ordinary; the following is only then its own. */
  isRead = false;
  /** What it stands in; all places are places of it. */
  line: Buffer = Buffer.alloc(0);
  startedAt: EpochMs = 0;
  clientStart = 0;
  clientEnd = 0;
  /** The client's address as one number. */
  client = 0;
  clientPort = 0;
  frontendStart = 0;
  serverEnd = 0;
  responseMs = 0;
  totalMs = 0;
  statusStart = 0;
  bytes = 0;
  /** The captured cookie, its `=` and its end; all three the same where none was sent. */
  cookieStart = 0;
  cookieEquals = 0;
  cookieEnd = 0;
  flagsStart = 0;
  retriesStart = 0;
  retriesEnd = 0;
  methodStart = 0;
  methodEnd = 0;
  targetEnd = 0;
  protocolEnd = 0;

  /** The date of the line before, to the second, and when that was: dates come in runs. */
  private readonly second = new Uint8Array(secondLength);
  private secondAt: EpochMs = 0;

  constructor(private readonly clock: WallClock) {}

  /** Whether the line between two places, which has no line end in it, is ordinary; then its fields are this object's. */
  read(bytes: Buffer, from: number, to: number): boolean {
    this.isRead = false;
    this.line = bytes;
    const clientEnd = this.readClient(bytes, from);
    if (clientEnd === 0) return false;
    let at = clientEnd + 1;
    let value = 0;
    let code = bytes[at] ?? 0;
    for (; code >= 48 && code <= 57 && value < 65_536; code = bytes[++at] ?? 0)
      value = value * 10 + code - 48;
    if (code !== 32 || value > 65_535 || at === clientEnd + 1) return false;
    this.clientPort = value;
    if (bytes[at + 1] !== 91 || !this.readDate(bytes, at + 2)) return false;
    at = this.readServer(bytes, at + 28);
    if (at === 0) return false;
    at = this.readTimers(bytes, at);
    if (at === 0) return false;
    at = this.readCookies(bytes, at);
    if (at === 0) return false;
    at = this.readState(bytes, at);
    if (at === 0 || !this.readRequest(bytes, at, to)) return false;
    this.isRead = true;
    return true;
  }

  /** The address `10.0.0.1:`; answers where the colon is, 0 when it is none. */
  private readClient(bytes: Buffer, from: number): number {
    let address = 0;
    let parts = 0;
    let value = -1;
    for (let at = from; at < from + 16; at++) {
      const code = bytes[at] ?? 0;
      if (code >= 48 && code <= 57) {
        // No number begins with a nought.
        if (value === 0) return 0;
        value = Math.max(value, 0) * 10 + code - 48;
        if (value > 255) return 0;
      } else {
        if (value < 0 || code !== (parts < 3 ? 46 : 58)) return 0;
        address = (address << 8) | value;
        value = -1;
        if (++parts < 4) continue;
        this.client = address;
        this.clientStart = from;
        this.clientEnd = at;
        return at;
      }
    }
    return 0;
  }

  /** `15/Jan/2026:09:00:12.345]` */
  private readDate(bytes: Buffer, at: number): boolean {
    if (bytes[at + secondLength] !== 46 || bytes[at + 24] !== 93) return false;
    if (this.readNumber(bytes, at + 21) !== at + 24) return false;
    const millis = this.number;
    if (!this.isSecond(bytes, at)) {
      const date = readLogDate(bytes.toString("latin1", at, at + 24), 0, this.clock);
      if (date === null || date.end !== 24) return false;
      for (let n = 0; n < secondLength; n++) this.second[n] = bytes[at + n] ?? 0;
      this.secondAt = date.at - millis;
    }
    this.startedAt = this.secondAt + millis;
    return true;
  }

  private isSecond(bytes: Buffer, at: number): boolean {
    // The last digits differ first.
    for (let n = secondLength - 1; n >= 0; n--) if (this.second[n] !== bytes[at + n]) return false;
    return true;
  }

  /** `www shop/web-1 `: frontend, backend and server; answers where the next field begins. */
  private readServer(bytes: Buffer, from: number): number {
    this.frontendStart = from;
    let at = from;
    let code = bytes[at] ?? 0;
    for (; code !== 32; code = bytes[++at] ?? 0) if (!(code > 32 && code < 127)) return 0;
    // A colon ends the place of a connection's error.
    if (at === from || bytes[at - 1] === 58) return 0;
    let slash = 0;
    for (code = bytes[++at] ?? 0; code !== 32; code = bytes[++at] ?? 0) {
      if (!(code > 32 && code < 127)) return 0;
      if (code === 47 && slash === 0) slash = at;
    }
    // `<` begins what is no server.
    if (slash === 0 || bytes[slash + 1] === 60) return 0;
    this.serverEnd = at;
    return at + 1;
  }

  /** `0/0/1/20/21 200 512 `: five timers, of which none was not reached, status and bytes; answers where the next field begins. */
  private readTimers(bytes: Buffer, from: number): number {
    let at = from;
    for (let timer = 0; timer < 5; timer++) {
      const end = this.readNumber(bytes, at);
      if (end === at || bytes[end] !== (timer < 4 ? 47 : 32)) return 0;
      if (timer === 3) this.responseMs = this.number;
      at = end + 1;
    }
    this.totalMs = this.number;
    this.statusStart = at;
    const statusEnd = this.readNumber(bytes, at);
    if (statusEnd !== at + 3 || this.number < 100 || bytes[statusEnd] !== 32) return 0;
    at = this.readNumber(bytes, statusEnd + 1);
    if (at === statusEnd + 1 || bytes[at] !== 32) return 0;
    this.bytes = this.number;
    return at + 1;
  }

  private number = 0;

  /** Reads up to nine digits into `number`; answers where they end. */
  private readNumber(bytes: Buffer, from: number): number {
    let value = 0;
    let at = from;
    for (; at < from + 9; at++) {
      const digit = (bytes[at] ?? 0) - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
    }
    this.number = value;
    return at;
  }

  /** `sid=abc - ` or `- - `: what the client sent; of a response's cookie nothing. */
  private readCookies(bytes: Buffer, from: number): number {
    this.cookieStart = from;
    this.cookieEquals = from;
    this.cookieEnd = from;
    let at = from;
    if (bytes[at] === 45 && bytes[at + 1] === 32) at += 2;
    else {
      let equals = 0;
      for (let code = bytes[at] ?? 0; code !== 32; code = bytes[++at] ?? 0) {
        if (!(code > 32 && code < 127)) return 0;
        if (code === 61 && equals === 0) equals = at;
      }
      // A value that is `-` says that there is none.
      if (equals <= from || at === equals + 1) return 0;
      if (at === equals + 2 && bytes[equals + 1] === 45) return 0;
      this.cookieEquals = equals;
      this.cookieEnd = at;
      at += 1;
    }
    return bytes[at] === 45 && bytes[at + 1] === 32 ? at + 2 : 0;
  }

  /** `--VN 120/80/40/10/+1 0/0 `: flags, connections with the retries, queues. */
  private readState(bytes: Buffer, from: number): number {
    this.flagsStart = from;
    for (let at = from; at < from + 4; at++) {
      const code = bytes[at] ?? 0;
      const lower = code | 32;
      if (code !== 45 && !(lower >= 97 && lower <= 122)) return 0;
    }
    if (bytes[from + 4] !== 32) return 0;
    let at = from + 5;
    for (let count = 0; count < 5; count++) {
      if (count === 4) {
        this.retriesStart = at;
        if (bytes[at] === 43) at += 1;
      }
      const end = this.readNumber(bytes, at);
      if (end === at || bytes[end] !== (count < 4 ? 47 : 32)) return 0;
      at = end + 1;
    }
    this.retriesEnd = at - 1;
    for (let queue = 0; queue < 2; queue++) {
      const end = this.readNumber(bytes, at);
      if (end === at || bytes[end] !== (queue < 1 ? 47 : 32)) return 0;
      at = end + 1;
    }
    return at;
  }

  /** `"GET /cart?page=1 HTTP/1.1"` and nothing behind it. */
  private readRequest(bytes: Buffer, from: number, to: number): boolean {
    const end = to - 1;
    if (bytes[from] !== 34 || bytes[end] !== 34) return false;
    let at = from + 1;
    this.methodStart = at;
    let code = bytes[at] ?? 0;
    for (; code !== 32; code = bytes[++at] ?? 0) {
      const lower = code | 32;
      if (!(lower >= 97 && lower <= 122)) return false;
    }
    if (at === this.methodStart || at - this.methodStart > 32) return false;
    this.methodEnd = at;
    if (bytes[++at] !== 47) return false;
    // What is escaped (#), holds a parameter of the path (;) or is no plain text is read elsewhere.
    for (code = 47; code !== 32; code = bytes[++at] ?? 0)
      if (!(code > 32 && code < 127) || code === 34 || code === 35 || code === 59) return false;
    this.targetEnd = at;
    this.protocolEnd = end;
    // What stands behind the line's end is another's.
    if (at + 6 > end || !isHttp(bytes, at + 1)) return false;
    for (at += 6; at < end; at++) {
      code = bytes[at] ?? 0;
      if (code !== 46 && !(code >= 48 && code <= 57)) return false;
    }
    return true;
  }
}

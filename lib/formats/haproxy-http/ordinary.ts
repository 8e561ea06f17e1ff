import type { EpochMs } from "@/lib/domain/facts";
import { readLogDate, type WallClock } from "../dates";

/**
 * Where the fields of an ordinary line of `option httplog` stand. Nearly all
 * lines of a balancer are ordinary: an IPv4 client, a server that answered, no
 * captured headers, nothing escaped. Of such a line the places of its fields
 * and its numbers say everything, and no string or object need be made to read
 * it. Any other line is `parseHttpLog`'s, which says what each field means.
 */
export class OrdinaryLine {
  /** The line that was read last, if it was ordinary; else empty. */
  line = "";
  startedAt: EpochMs = 0;
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
  private second = "none";
  private secondAt: EpochMs = 0;

  constructor(private readonly clock: WallClock) {}

  /** Whether the line is ordinary; then its fields are this object's. */
  read(line: string): boolean {
    this.line = "";
    const clientEnd = this.readClient(line);
    if (clientEnd === 0) return false;
    let at = clientEnd + 1;
    let value = 0;
    let code = line.charCodeAt(at);
    for (; code >= 48 && code <= 57 && value < 65_536; code = line.charCodeAt(++at))
      value = value * 10 + code - 48;
    if (code !== 32 || value > 65_535 || at === clientEnd + 1) return false;
    this.clientPort = value;
    if (line.charCodeAt(at + 1) !== 91 || !this.readDate(line, at + 2)) return false;
    at += 28;
    this.frontendStart = at;
    const frontendEnd = line.indexOf(" ", at);
    const slash = line.indexOf("/", frontendEnd);
    const serverEnd = line.indexOf(" ", frontendEnd + 1);
    if (frontendEnd <= at || slash <= frontendEnd || serverEnd < slash) return false;
    // A colon ends the place of a connection's error; `<` begins what is no server.
    if (line.charCodeAt(frontendEnd - 1) === 58 || line.charCodeAt(slash + 1) === 60) return false;
    this.serverEnd = serverEnd;
    at = this.readTimers(line, serverEnd + 1);
    if (at === 0) return false;
    at = this.readCookies(line, at);
    if (at === 0) return false;
    at = this.readState(line, at);
    if (at === 0 || !this.readRequest(line, at)) return false;
    this.line = line;
    return true;
  }

  /** The address `10.0.0.1:`; answers where the colon is, 0 when it is none. */
  private readClient(line: string): number {
    let address = 0;
    let parts = 0;
    let value = -1;
    for (let at = 0; at < 16; at++) {
      const code = line.charCodeAt(at);
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
        this.clientEnd = at;
        return at;
      }
    }
    return 0;
  }

  /** `15/Jan/2026:09:00:12.345]` */
  private readDate(line: string, at: number): boolean {
    if (line.charCodeAt(at + 20) !== 46 || line.charCodeAt(at + 24) !== 93) return false;
    if (this.readNumber(line, at + 21) !== at + 24) return false;
    const millis = this.number;
    if (!line.startsWith(this.second, at)) {
      const date = readLogDate(line, at, this.clock);
      if (date === null || date.end !== at + 24) return false;
      this.second = line.slice(at, at + 20);
      this.secondAt = date.at - millis;
    }
    this.startedAt = this.secondAt + millis;
    return true;
  }

  /** `0/0/1/20/21 200 512 `: five timers, of which none was not reached, status and bytes; answers where the next field begins. */
  private readTimers(line: string, from: number): number {
    let at = from;
    for (let timer = 0; timer < 5; timer++) {
      const end = this.readNumber(line, at);
      if (end === at || line.charCodeAt(end) !== (timer < 4 ? 47 : 32)) return 0;
      if (timer === 3) this.responseMs = this.number;
      at = end + 1;
    }
    this.totalMs = this.number;
    this.statusStart = at;
    const statusEnd = this.readNumber(line, at);
    if (statusEnd !== at + 3 || this.number < 100 || line.charCodeAt(statusEnd) !== 32) return 0;
    at = this.readNumber(line, statusEnd + 1);
    if (at === statusEnd + 1 || line.charCodeAt(at) !== 32) return 0;
    this.bytes = this.number;
    return at + 1;
  }

  private number = 0;

  /** Reads up to nine digits into `number`; answers where they end. */
  private readNumber(line: string, from: number): number {
    let value = 0;
    let at = from;
    for (; at < from + 9; at++) {
      const digit = line.charCodeAt(at) - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
    }
    this.number = value;
    return at;
  }

  /** `sid=abc - ` or `- - `: what the client sent; of a response's cookie nothing. */
  private readCookies(line: string, from: number): number {
    this.cookieStart = from;
    this.cookieEquals = from;
    this.cookieEnd = from;
    let at = from;
    if (line.charCodeAt(at) === 45 && line.charCodeAt(at + 1) === 32) at += 2;
    else {
      let equals = 0;
      for (let code = line.charCodeAt(at); code !== 32; code = line.charCodeAt(++at)) {
        if (!(code > 32 && code < 127)) return 0;
        if (code === 61 && equals === 0) equals = at;
      }
      // A value that is `-` says that there is none.
      if (equals <= from || at === equals + 1) return 0;
      if (at === equals + 2 && line.charCodeAt(equals + 1) === 45) return 0;
      this.cookieEquals = equals;
      this.cookieEnd = at;
      at += 1;
    }
    return line.charCodeAt(at) === 45 && line.charCodeAt(at + 1) === 32 ? at + 2 : 0;
  }

  /** `--VN 120/80/40/10/+1 0/0 `: flags, connections with the retries, queues. */
  private readState(line: string, from: number): number {
    this.flagsStart = from;
    for (let at = from; at < from + 4; at++) {
      const code = line.charCodeAt(at);
      const lower = code | 32;
      if (code !== 45 && !(lower >= 97 && lower <= 122)) return 0;
    }
    if (line.charCodeAt(from + 4) !== 32) return 0;
    let at = from + 5;
    for (let count = 0; count < 5; count++) {
      if (count === 4) {
        this.retriesStart = at;
        if (line.charCodeAt(at) === 43) at += 1;
      }
      const end = this.readNumber(line, at);
      if (end === at || line.charCodeAt(end) !== (count < 4 ? 47 : 32)) return 0;
      at = end + 1;
    }
    this.retriesEnd = at - 1;
    for (let queue = 0; queue < 2; queue++) {
      const end = this.readNumber(line, at);
      if (end === at || line.charCodeAt(end) !== (queue < 1 ? 47 : 32)) return 0;
      at = end + 1;
    }
    return at;
  }

  /** `"GET /cart?page=1 HTTP/1.1"` and nothing behind it. */
  private readRequest(line: string, from: number): boolean {
    const end = line.length - 1;
    if (line.charCodeAt(from) !== 34 || line.charCodeAt(end) !== 34) return false;
    let at = from + 1;
    this.methodStart = at;
    let code = line.charCodeAt(at);
    for (; code !== 32; code = line.charCodeAt(++at)) {
      const lower = code | 32;
      if (!(lower >= 97 && lower <= 122)) return false;
    }
    if (at === this.methodStart || at - this.methodStart > 32) return false;
    this.methodEnd = at;
    if (line.charCodeAt(++at) !== 47) return false;
    // What is escaped (#), holds a parameter of the path (;) or is no plain text is read elsewhere.
    for (code = 47; code !== 32; code = line.charCodeAt(++at))
      if (!(code > 32 && code < 127) || code === 34 || code === 35 || code === 59) return false;
    this.targetEnd = at;
    this.protocolEnd = end;
    if (!line.startsWith("HTTP/", at + 1)) return false;
    for (at += 6; at < end; at++) {
      code = line.charCodeAt(at);
      if (code !== 46 && !(code >= 48 && code <= 57)) return false;
    }
    return true;
  }
}

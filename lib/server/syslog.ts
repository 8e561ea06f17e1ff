import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { type BlockList, createServer, type Server, type Socket } from "node:net";
import { isLoopback } from "@/lib/domain/loopback";
import { SyslogFrames } from "@/lib/ingest/syslog-frames";
import type { Config } from "./config";
import { intake } from "./ingestion";
import { counter } from "./metrics";
import { isWithin, networksIn } from "./networks";
import type { Runtime } from "./runtime";

/** The source that lines from syslog are entered under. */
const sourceName = "syslog";
const gatherMs = 150;
const mostGathered = 5000;
/** Lines that may wait while the database is away; later ones are dropped, and counted. */
const mostWaiting = 100_000;
const retryMs = 1000;

interface Receiver {
  stop(): Promise<void>;
}

let receiver: Receiver | null = null;

/** Listens for syslog over UDP and TCP on `HOPWATCH_SYSLOG_PORT`, where that is set. */
export async function startSyslog(runtime: Runtime): Promise<void> {
  const { syslogPort, host } = runtime.config;
  if (syslogPort === null) return;
  const lines = new Lines(runtime);
  const door = new Door(syslogSenders(runtime.config), runtime);
  const udp = createSocket({
    type: host.includes(":") ? "udp6" : "udp4",
    recvBufferSize: 4_194_304,
  });
  udp.on("message", (message, { address }) => {
    if (door.admits(address)) lines.add(message.toString("utf8").replace(/[\r\n\0]+$/, ""));
  });
  udp.on("error", (error) => runtime.log.error({ err: error }, "syslog over UDP failed"));
  udp.bind(syslogPort, host);
  await once(udp, "listening");
  const connections = new Set<Socket>();
  const tcp = createServer((socket) => {
    if (door.admits(socket.remoteAddress ?? ""))
      takeConnection(socket, connections, lines, runtime);
    else socket.destroy();
  });
  tcp.listen(syslogPort, host);
  await once(tcp, "listening");
  runtime.log.info({ port: syslogPort }, "listening for syslog over UDP and TCP");
  receiver = { stop: () => stop(udp, tcp, connections, lines) };
}

export async function stopSyslog(): Promise<void> {
  await receiver?.stop();
  receiver = null;
}

/**
 * Who may send syslog, which carries no key: the addresses of `HOPWATCH_SYSLOG_ALLOW`; without it this machine alone,
 * and that only where the server listens to nobody else. Null: nobody.
 */
export function syslogSenders(config: Pick<Config, "host" | "syslogAllow">): BlockList | null {
  if (config.syslogAllow !== null) return networksIn(config.syslogAllow);
  return isLoopback(config.host) ? networksIn("127.0.0.0/8 ::1") : null;
}

/** Lets in who may send, and tells of others: syslog has no keys. */
class Door {
  /** Addresses that were told of; each is told of once. */
  private readonly told = new Set<string>();

  constructor(
    private readonly allowed: BlockList | null,
    private readonly runtime: Runtime,
  ) {
    if (allowed === null)
      runtime.log.warn("syslog takes nothing: HOPWATCH_SYSLOG_ALLOW lists no address");
  }

  admits(address: string): boolean {
    if (this.allowed !== null && isWithin(this.allowed, address)) return true;
    counter({
      name: "hopwatch_syslog_refused_total",
      help: "Syslog messages and connections from addresses that are not allowed",
    }).inc();
    if (!this.told.has(address) && this.told.size < 100) {
      this.told.add(address);
      this.runtime.log.warn({ address }, "syslog was refused: not in HOPWATCH_SYSLOG_ALLOW");
    }
    return false;
  }
}

function takeConnection(
  socket: Socket,
  connections: Set<Socket>,
  lines: Lines,
  runtime: Runtime,
): void {
  const frames = new SyslogFrames();
  connections.add(socket);
  socket.on("data", (piece) => {
    try {
      for (const message of frames.take(typeof piece === "string" ? Buffer.from(piece) : piece))
        lines.add(message);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      runtime.log.warn({ reason: error.message }, "a syslog connection was closed");
      socket.destroy();
    }
    if (lines.isFull) {
      // Not read further until there is room: the sender's own buffers hold it back.
      socket.pause();
      void lines.room().then(() => socket.resume());
    }
  });
  socket.on("end", () => {
    for (const message of frames.end()) lines.add(message);
  });
  socket.on("error", () => socket.destroy());
  socket.on("close", () => connections.delete(socket));
}

async function stop(
  udp: UdpSocket,
  tcp: Server,
  connections: Set<Socket>,
  lines: Lines,
): Promise<void> {
  const closed = [once(udp, "close"), once(tcp, "close")];
  udp.close();
  tcp.close();
  for (const socket of connections) socket.destroy();
  await Promise.all(closed);
  await lines.finish();
}

/** Lines on their way from the network to the intake. */
class Lines {
  private waiting: string[] = [];
  private sending: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private stopping = false;
  private roomWanted: (() => void)[] = [];

  constructor(private readonly runtime: Runtime) {}

  get isFull(): boolean {
    return this.waiting.length >= mostWaiting;
  }

  add(line: string): void {
    if (line === "") return;
    if (this.isFull) {
      counter({
        name: "hopwatch_syslog_dropped_total",
        help: "Syslog lines dropped because too many waited",
      }).inc();
      return;
    }
    // A line within a message would be taken for a message of its own.
    this.waiting.push(line.includes("\n") ? line.replaceAll("\n", " ") : line);
    if (this.waiting.length >= mostGathered) this.send();
    else this.timer ??= setTimeout(() => this.send(), gatherMs);
  }

  room(): Promise<void> {
    return this.isFull
      ? new Promise((resolve) => this.roomWanted.push(resolve))
      : Promise.resolve();
  }

  async finish(): Promise<void> {
    this.stopping = true;
    this.send();
    await this.sending;
  }

  private send(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.sending ??= this.sendAll().finally(() => {
      this.sending = null;
    });
  }

  private async sendAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const lines = this.waiting.splice(0, mostGathered);
      try {
        await intake().logs(sourceName, { chunks: inOne(lines), encoding: null });
        for (const resume of this.roomWanted.splice(0)) resume();
      } catch (error) {
        this.waiting = [...lines, ...this.waiting];
        this.runtime.log.warn({ err: error, waiting: this.waiting.length }, "syslog lines wait");
        if (this.stopping) return;
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }
}

async function* inOne(lines: readonly string[]): AsyncGenerator<Uint8Array> {
  yield Buffer.from(lines.join("\n"));
}

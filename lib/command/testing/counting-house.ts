import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { decoded } from "@/lib/ingest/decode";
import { linesOf } from "@/lib/ingest/lines";
import { lineHash } from "@/lib/ingest/normalise";
import { Occurrences } from "@/lib/ingest/occurrences";
import { readRepeats, repeatsHeader } from "@/lib/ingest/repeats";

/** What becomes of a delivery. */
export type Mood = "fine" | "busy" | "cut before" | "cut after";

/** A server that takes lines as Hopwatch does, by the same ids, and can be unkind. */
export class CountingHouse {
  /** What is on its "disk", by id; survives restarts. */
  readonly lines = new Map<string, string>();
  deliveries = 0;
  /** Requests' first lines, which must hold no secret. */
  readonly asked: string[] = [];
  private server: Server | null = null;
  private readonly sockets = new Set<Socket>();
  private port = 0;
  mood: () => Mood = () => "fine";

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      this.answer(request, response).catch(() => response.destroy());
    });
    server.on("connection", (socket) => {
      this.sockets.add(socket);
      socket.once("close", () => this.sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.port, "127.0.0.1", resolve);
    });
    const address = server.address();
    if (address !== null && typeof address === "object") this.port = address.port;
    this.server = server;
  }

  /** Ends as a killed server does: whoever talks to it is cut off. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** How often each text was taken. */
  counts(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const text of this.lines.values()) counts.set(text, (counts.get(text) ?? 0) + 1);
    return counts;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.asked.push(`${request.method} ${request.url}`);
    const mood = this.mood();
    const source = request.url?.split("/").at(-1) ?? "";
    const repeats = readRepeats(request.headers[repeatsHeader]?.toString() ?? null);
    const occurrences = new Occurrences();
    const fresh: [string, string][] = [];
    let seen = 0;
    const encoding = request.headers["content-encoding"] ?? null;
    for await (const lines of linesOf(decoded(request, encoding, 64 * 1024 * 1024)))
      for (const { number, text } of lines) {
        const first = lineHash(source, text, 0);
        const occurrence = occurrences.next(first, repeats.get(number));
        fresh.push([occurrence === 0 ? first : lineHash(source, text, occurrence), text]);
        seen += 1;
      }
    if (mood === "busy") {
      response.writeHead(503, { "retry-after": "0" }).end("{}");
      return;
    }
    if (mood === "cut before") {
      response.destroy();
      return;
    }
    const before = this.lines.size;
    for (const [id, text] of fresh) this.lines.set(id, text);
    this.deliveries += 1;
    if (mood === "cut after") {
      response.destroy();
      return;
    }
    const accepted = this.lines.size - before;
    response.writeHead(200, { "content-type": "application/json" });
    response.end(
      JSON.stringify({ accepted, duplicates: seen - accepted, rejected: 0, errors: [] }),
    );
  }
}

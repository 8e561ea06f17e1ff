import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { SessionEvent } from "@/lib/domain/facts";
import { readSessionEvent } from "@/lib/schemas/events";

/** What becomes of a delivery: an answer by its status, no answer at all, or a cut line. */
export type Mood = number | "silent" | "cut" | "cut after";

/** A stand-in for Hopwatch that reads events as Hopwatch does, and can be unkind. */
export class EventTaker {
  readonly key = "hw_test";
  readonly taken: SessionEvent[] = [];
  mood: Mood = 200;
  private server: Server | null = null;
  private port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      this.answer(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(this.port, "127.0.0.1", resolve));
    const address = server.address();
    if (address !== null && typeof address === "object") this.port = address.port;
    this.server = server;
  }

  /** Nobody listens any more. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const { mood } = this;
    if (request.headers.authorization !== `Bearer ${this.key}`) {
      response.writeHead(401).end("{}");
      return;
    }
    if (mood === "silent") return;
    if (mood === 200 || mood === "cut after") this.take(body);
    if (typeof mood === "string") response.destroy();
    else response.writeHead(mood).end(JSON.stringify({ accepted: 0, rejected: 0 }));
  }

  private take(body: string): void {
    for (const line of body.trim().split("\n")) {
      const event = readSessionEvent(JSON.parse(line));
      if (typeof event === "string") throw new Error(event);
      this.taken.push(event);
    }
  }
}
